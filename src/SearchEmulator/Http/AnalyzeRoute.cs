using System.Text.Json;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>The terms that a text becomes.</summary>
internal static class AnalyzeRoute
{
    // An n-gram of every length makes a megabyte of text to hundreds of them.
    private const long LargestAnswer = 64 * 1024 * 1024;

    public static async Task AnalyzeAsync(
        SearchIndex index,
        HttpContext http,
        Answer answer,
        CancellationToken cancellationToken
    )
    {
        using var body = RequestBody.Parse(await RequestBody.ReadAsync(http.Request, cancellationToken));
        var json = new JsonMembers(
            body.RootElement,
            "AnalyzeRequest",
            ["text", "analyzer", "tokenizer", "tokenFilters", "charFilters"]
        );
        var text =
            json.Text("text") ?? throw ServiceException.InvalidBody("request : The property 'text' is required.\r\n");
        var analyzer = Analyzer(json, index.Schema.Analysis);
        await answer.JsonAsync(
            200,
            writer =>
            {
                writer.WriteStartObject();
                answer.WriteContext(writer, $"{answer.Version.TypePrefix}.AnalyzeResult");
                writer.WriteStartArray("tokens");
                Write(writer, analyzer, text, cancellationToken);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
        );
    }

    private static Analyzer Analyzer(JsonMembers json, IndexAnalysis analysis)
    {
        string[] filters = [.. json.Texts("tokenFilters").Select(f => (string)f!)];
        string[] charFilters = [.. json.Texts("charFilters").Select(f => (string)f!)];
        return (json.Text("analyzer"), json.Text("tokenizer")) switch
        {
            (null, { } tokenizer) => analysis.Compose(tokenizer, filters, charFilters),
            ({ } name, null) when filters.Length + charFilters.Length == 0 => analysis.Find(name)
                ?? throw ServiceException.NotSupported($"The analyzer '{name}'"),
            _ => throw ServiceException.InvalidBody(
                "request : Either 'analyzer' alone, or 'tokenizer' with any 'tokenFilters' and 'charFilters', must be given.\r\n"
            ),
        };
    }

    private static void Write(
        Utf8JsonWriter writer,
        Analyzer analyzer,
        string text,
        CancellationToken cancellationToken
    )
    {
        using var stream = analyzer.GetTokenStream("", text);
        var term = stream.AddAttribute<ICharTermAttribute>();
        var offset = stream.AddAttribute<IOffsetAttribute>();
        var increment = stream.AddAttribute<IPositionIncrementAttribute>();
        var position = -1;
        stream.Reset();
        while (stream.IncrementToken())
        {
            position += increment.PositionIncrement;
            if (writer.BytesCommitted + writer.BytesPending > LargestAnswer)
                throw RequestValue.OutOfRange("text", "The tokens of this text are more than 64 MB.");
            cancellationToken.ThrowIfCancellationRequested();
            writer.WriteStartObject();
            writer.WriteString("token", term.Buffer.AsSpan(0, term.Length));
            writer.WriteNumber("startOffset", offset.StartOffset);
            writer.WriteNumber("endOffset", offset.EndOffset);
            writer.WriteNumber("position", position);
            writer.WriteEndObject();
        }
        stream.End();
    }
}
