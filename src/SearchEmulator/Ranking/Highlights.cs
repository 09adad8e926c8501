using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary>The parameter <c>highlight</c>: which fields, and how many passages of each.</summary>
internal sealed class Highlights
{
    private const int DefaultPassages = 5;

    private readonly ImmutableArray<(Field Field, int Most)> _fields;
    private readonly Highlighter? _highlighter;
    private readonly IndexSchema _schema;

    private Highlights(ImmutableArray<(Field, int)> fields, Highlighter? highlighter, IndexSchema schema) =>
        (_fields, _highlighter, _schema) = (fields, highlighter, schema);

    /// <exception cref="ServiceException">400 on fields that cannot be highlighted.</exception>
    public static Highlights Parse(SearchRequest request, SearchAnswer answer, IndexSchema schema) =>
        new(
            string.IsNullOrWhiteSpace(request.Highlight)
                ? []
                : [.. NameList.Split(request.Highlight).Select(name => Field(name, schema))],
            answer.Text is null
                ? null
                : new Highlighter(
                    answer.Text,
                    AnalyzerCatalog.For(schema, forQueries: false),
                    request.HighlightPreTag,
                    request.HighlightPostTag
                ),
            schema
        );

    /// <summary><c>@search.highlights</c> with the fields that have a passage; nothing when none has.</summary>
    public void Write(Utf8JsonWriter writer, ComplexValue document)
    {
        if (_highlighter is null)
            return;
        var found = _fields
            .Select(f =>
                (
                    f.Field.Path,
                    Passages: _highlighter.Passages(
                        f.Field.Path,
                        DocumentValues.All(document, f.Field, _schema).OfType<string>(),
                        f.Most
                    )
                )
            )
            .Where(f => f.Passages.Count > 0)
            .ToList();
        if (found.Count == 0)
            return;
        writer.WriteStartObject("@search.highlights");
        foreach (var (path, passages) in found)
        {
            writer.WriteStartArray(path);
            foreach (var passage in passages)
                writer.WriteStringValue(passage);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static (Field, int) Field(string name, IndexSchema schema)
    {
        var dash = name.LastIndexOf('-');
        var most = DefaultPassages;
        if (
            dash > 0
            && !(
                int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out most)
                && most > 0
            )
        )
            throw Invalid($"'{name}' is not a field with a number of highlights.");
        var path = dash > 0 ? name[..dash] : name;
        var field = schema.Find(path) ?? throw Invalid($"Unknown field '{path}' in the highlight list.");
        return field.IsText && field.Retrievable
            ? (field, most)
            : throw Invalid($"The field '{path}' in the highlight list is not both searchable and retrievable.");
    }

    private static ServiceException Invalid(string message) =>
        ServiceException.InvalidParameter("InvalidField", message, "highlight");
}
