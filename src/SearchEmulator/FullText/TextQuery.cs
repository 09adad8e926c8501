using System.Collections.Immutable;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>A text to search for, as a search or <c>search.ismatch</c> states it.</summary>
/// <param name="Text">In the simple syntax, or in Lucene's.</param>
/// <param name="SearchFields">Names, comma-separated; null or blank for all text fields.</param>
/// <param name="IsFull">Lucene's syntax.</param>
/// <param name="MatchAllTerms"><c>searchMode</c> all.</param>
internal sealed record TextQuery(string? Text, string? SearchFields, bool IsFull, bool MatchAllTerms)
{
    /// <summary>True for what matches every document with the score 1: no text, blanks, or <c>*</c>.</summary>
    public bool MatchesAll => string.IsNullOrWhiteSpace(Text) || Text.AsSpan().Trim() is "*";

    /// <summary>The fields to search.</summary>
    /// <exception cref="ServiceException">400 on a field that does not exist or is not searchable.</exception>
    public ImmutableArray<Schema.Field> FieldsIn(IndexSchema schema) =>
        string.IsNullOrWhiteSpace(SearchFields)
            ? schema.TextFields
            : [.. NameList.Split(SearchFields).Select(name => Field(schema, name))];

    private static Schema.Field Field(IndexSchema schema, string name)
    {
        var field =
            schema.Find(name)
            ?? throw ServiceException.InvalidParameter(
                "InvalidField",
                $"Unknown field '{name}' in the search field list.",
                "searchFields"
            );
        return field.IsText
            ? field
            : throw ServiceException.InvalidParameter(
                "FieldNotSearchable",
                $"The field '{name}' in the search field list is not searchable.",
                "searchFields"
            );
    }
}

/// <summary>Names in one string, separated by commas.</summary>
internal static class NameList
{
    public static string[] Split(string list) =>
        [
            .. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Distinct(StringComparer.Ordinal),
        ];
}
