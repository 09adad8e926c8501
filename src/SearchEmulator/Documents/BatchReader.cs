using System.Text;
using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Documents;

/// <summary>The body of <c>search.index</c> to actions. What breaks the whole batch throws; what breaks one line is kept with it.</summary>
internal static class BatchReader
{
    public const int MostActions = 1000;
    private const int LongestKey = 1024;

    public static IReadOnlyList<IndexAction> Read(ReadOnlySpan<byte> body, IndexSchema schema)
    {
        var reader = new Utf8JsonReader(body);
        var actions = new List<IndexAction>();
        try
        {
            ReadBody(ref reader, new DocumentReader(schema), schema, actions);
        }
        catch (JsonException e)
        {
            throw ServiceException.InvalidBody(
                $"parameters : The body is not valid JSON (line {e.LineNumber}, byte {e.BytePositionInLine}).\r\n"
            );
        }
        return actions.Count > 0
            ? actions
            : throw ServiceException.InvalidBody(
                $"actions : No indexing actions found in the request. Please include between 1 and {MostActions} indexing actions in your request."
            );
    }

    private static void ReadBody(
        ref Utf8JsonReader reader,
        DocumentReader documents,
        IndexSchema schema,
        List<IndexAction> actions
    )
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw ServiceException.InvalidBody("parameters : An object with the member 'value' was expected.\r\n");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            DocumentReader.CheckName(ref reader);
            if (!reader.ValueTextEquals("value"u8))
                throw ServiceException.InvalidBody(
                    $"parameters : The parameter '{Encoding.UTF8.GetString(reader.ValueSpan)}' in the request payload is not a valid parameter for the operation 'index'.\r\n"
                );
            if (actions.Count > 0)
                throw DocumentReader.Twice("value");
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
                throw ServiceException.InvalidBody(
                    "parameters : The member 'value' must be an array of documents.\r\n"
                );
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.StartObject)
                    throw ServiceException.InvalidBody(
                        $"parameters : {actions.Count}: A document must be a JSON object.\r\n"
                    );
                if (actions.Count == MostActions)
                    throw ServiceException.InvalidBody(
                        $"actions : The batch has more than {MostActions} indexing actions, which is the most that one request may have."
                    );
                var document = documents.Read(ref reader, out var action);
                actions.Add(Action(actions.Count, action, document, schema));
            }
        }
        // Reads to the end: anything after the object is an error.
        reader.Read();
    }

    private static IndexAction Action(int position, string? name, ComplexValue document, IndexSchema schema)
    {
        var kind = name switch
        {
            null or "upload" => ActionKind.Upload,
            "merge" => ActionKind.Merge,
            "mergeOrUpload" => ActionKind.MergeOrUpload,
            "delete" => ActionKind.Delete,
            _ => throw ServiceException.InvalidBody(
                $"parameters : {position}: The action '{name}' is none of upload, merge, mergeOrUpload, delete.\r\n"
            ),
        };
        if (document.Values[schema.KeyField.Position] is not string { Length: > 0 } key)
            throw new ServiceException(
                400,
                "OperationNotAllowed",
                $"The request is invalid. Details: actions : {position}: Document key cannot be missing or empty.",
                new ErrorDetail(
                    "MissingKeyField",
                    $"{position}: Document key cannot be missing or empty. Parameters: actions"
                )
            );
        CheckKey(key);
        return new IndexAction(
            kind,
            key,
            document,
            kind == ActionKind.Delete ? null : TermError(document, schema.Fields)
        );
    }

    private static void CheckKey(string key)
    {
        if (key.Length <= LongestKey && key[0] != '_' && !key.AsSpan().ContainsAnyExcept(KeyCharacters))
            return;
        var message =
            $"Invalid document key: '{(key.Length <= 64 ? key : key[..64] + "…")}'. Keys can only contain letters, digits, underscore (_), dash (-), or equal sign (=), cannot start with an underscore, and are limited to {LongestKey} characters. If the keys in your source data contain other characters, we recommend encoding them with a URL-safe version of Base64 before uploading them to the index.";
        throw new ServiceException(400, "InvalidName", message, new ErrorDetail("InvalidDocumentKey", message));
    }

    private static readonly System.Buffers.SearchValues<char> KeyCharacters = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-="
    );

    // A filterable, sortable or facetable string, and a text of the keyword analyzer, is one term of the index.
    private static string? TermError(ComplexValue document, IReadOnlyList<Field> fields)
    {
        foreach (var field in fields)
        {
            var error = document.Values[field.Position] switch
            {
                string text when IsOneTerm(field) && TooLong(text) => TooLarge(field),
                object[] items when field.Kind == FieldKind.String && IsOneTerm(field) => items.Any(i =>
                    TooLong((string)i)
                )
                    ? TooLarge(field)
                    : null,
                object[] items when field.Kind == FieldKind.Complex => items
                    .Select(i => TermError((ComplexValue)i, field.Fields))
                    .FirstOrDefault(e => e is not null),
                ComplexValue complex => TermError(complex, field.Fields),
                _ => null,
            };
            if (error is not null)
                return error;
        }
        return null;
    }

    private static bool IsOneTerm(Field field) =>
        field.Filterable || field.Sortable || field.Facetable || field.IndexAnalyzer == "keyword";

    private static bool TooLong(string text) =>
        text.Length > AnalyzerCatalog.LongestTerm / 3 && Encoding.UTF8.GetByteCount(text) > AnalyzerCatalog.LongestTerm;

    private static string TooLarge(Field field) =>
        $"Field '{field.Path}' contains a term that is too large to process. The max length for UTF-8 encoded terms is {AnalyzerCatalog.LongestTerm} bytes. The most likely cause of this error is that filtering, sorting, and/or faceting are enabled on this field, which causes the entire field value to be indexed as a single term. Please avoid the use of these options for large fields.";
}

internal enum ActionKind
{
    Upload,
    Merge,
    MergeOrUpload,
    Delete,
}

/// <summary>One line of a batch. <see cref="Error"/> is set when only this line fails (status 400).</summary>
internal sealed record IndexAction(ActionKind Kind, string Key, ComplexValue Document, string? Error = null);
