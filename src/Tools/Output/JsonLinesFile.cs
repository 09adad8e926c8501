using System.Text.Json;
using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.Tools.Output;

/// <summary>One JSON object a line: text, tokens, truncated, embedding.</summary>
internal sealed class JsonLinesFile(string path) : IVectorFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly FileStream _file = new(path, FileMode.Create);

    public async Task WriteAsync(string text, TextEmbedding embedding, CancellationToken cancellationToken)
    {
        var row = new
        {
            Text = text,
            embedding.Tokens,
            embedding.Truncated,
            Embedding = embedding.Vector.ToArray(),
        };
        await JsonSerializer.SerializeAsync(_file, row, Json, cancellationToken);
        _file.WriteByte((byte)'\n');
    }

    public Task CompleteAsync(CancellationToken cancellationToken) => _file.FlushAsync(cancellationToken);

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
