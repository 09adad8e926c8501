using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary>The parameter <c>highlight</c>: which fields, and how many passages of each.</summary>
internal sealed class Highlights
{
    private const int DefaultPassages = 5;

    private const int MostPhraseSearches = 50_000;

    private readonly ImmutableArray<(Field Field, int Most, MatchedWords Words)> _fields;
    private readonly Highlighter _highlighter;
    private readonly IndexSchema _schema;

    private Highlights(
        ImmutableArray<(Field, int, MatchedWords)> fields,
        Highlighter highlighter,
        IndexSchema schema
    ) => (_fields, _highlighter, _schema) = (fields, highlighter, schema);

    /// <exception cref="ServiceException">400 on fields that cannot be highlighted, and on phrases by the thousand.</exception>
    public static Highlights Parse(
        SearchRequest request,
        SearchAnswer answer,
        Snapshot snapshot,
        CancellationToken cancellationToken
    )
    {
        var schema = snapshot.Schema;
        ImmutableArray<(Field Field, int Most)> asked = string.IsNullOrWhiteSpace(request.Highlight)
            ? []
            : [.. NameList.Split(request.Highlight).Select(name => Field(name, schema))];
        ImmutableArray<(Field, int, MatchedWords Words)> fields = answer.Text is null
            ? []
            :
            [
                .. asked.Select(f =>
                    (f.Field, f.Most, new MatchedWords(answer.Text, f.Field.Path, snapshot.Text, cancellationToken))
                ),
            ];
        if (fields.Sum(f => (long)f.Words.Phrases) * answer.Page.Count > MostPhraseSearches)
            throw Invalid("The search text has too many phrases to highlight on one page.");
        var analyzer = AnalyzerCatalog.For(schema, forQueries: false);
        return new Highlights(
            fields,
            new Highlighter(analyzer, request.HighlightPreTag, request.HighlightPostTag),
            schema
        );
    }

    /// <summary><c>@search.highlights</c> with the fields that have a passage; nothing when none has.</summary>
    public void Write(Utf8JsonWriter writer, ComplexValue document)
    {
        var found = _fields
            .Select(f =>
                (
                    f.Field.Path,
                    Passages: _highlighter.Passages(
                        f.Words,
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
