using System.Text.Json;
using System.Text.Json.Nodes;
using EmbeddingFunctions.SearchEmulator.Documents;
using EmbeddingFunctions.SearchEmulator.Filters;
using EmbeddingFunctions.SearchEmulator.Http;
using EmbeddingFunctions.SearchEmulator.Schema;
using EmbeddingFunctions.SearchEmulator.Storage;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>Documents in the columns that filters read, without store, text index or HTTP.</summary>
internal sealed class FilterRows
{
    private readonly Func<string, Columns.RowSet> _matching;

    public FilterRows(JsonNode definition, IReadOnlyList<JsonObject> documents)
    {
        using var parsed = JsonDocument.Parse(definition.ToJsonString());
        var schema = DefinitionReader.Read(parsed.RootElement, synonyms: null!, ApiVersion.V2023);
        var table = RowTable.Empty(schema);
        var live = new Columns.RowSet(documents.Count);
        for (var row = 0; row < documents.Count; row++)
        {
            table.Append(row, Read(documents[row], schema), _ => default);
            live.Add(row);
        }
        // No test here searches for text, or has synonyms.
        var snapshot = new Snapshot(0, table, documents.Count, live, text: null!);
        _matching = filter => FilterEvaluator.Matching(snapshot, filter, allowText: false, CancellationToken.None).Rows;
    }

    /// <summary>The positions of the documents that pass.</summary>
    public IEnumerable<int> Matching(string filter)
    {
        var rows = _matching(filter);
        for (var row = rows.Next(0); row >= 0; row = rows.Next(row + 1))
            yield return row;
    }

    private static ComplexValue Read(JsonObject document, IndexSchema schema)
    {
        var reader = new Utf8JsonReader(JsonSerializer.SerializeToUtf8Bytes(document));
        reader.Read();
        return DocumentValues.Complete(new DocumentReader(schema).Read(ref reader, out _), schema.Fields);
    }
}
