using System.Collections.Immutable;
using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Suggestions;

/// <summary>A suggest or autocomplete request; what only one of them has is at its default in the other.</summary>
internal sealed record SuggestRequest
{
    public string Search { get; init; } = "";
    public string SuggesterName { get; init; } = "";
    public string? SearchFields { get; init; }
    public string? Select { get; init; }
    public string? Filter { get; init; }
    public string? OrderBy { get; init; }
    public bool Fuzzy { get; init; }
    public string? HighlightPreTag { get; init; }
    public string? HighlightPostTag { get; init; }
    public double? MinimumCoverage { get; init; }
    public int Top { get; init; } = 5;
    public AutocompleteMode Mode { get; init; }

    /// <summary>The source fields to look in, in the order of the suggester.</summary>
    /// <exception cref="ServiceException">400 when there is no such suggester, or a search field is none of its own.</exception>
    public ImmutableArray<Field> FieldsIn(IndexSchema schema)
    {
        if (string.IsNullOrWhiteSpace(SuggesterName))
            throw Missing(
                "Cannot find fields enabled for suggestions. Please provide a value for 'suggesterName' in the query.",
                "suggestions"
            );
        var suggester =
            schema.Definition["suggesters"]!.AsArray().FirstOrDefault(s => (string)s!["name"]! == SuggesterName)
            ?? throw Missing(
                $"The specified suggester name '{SuggesterName}' does not exist in this index definition.",
                "name"
            );
        var sources = suggester["sourceFields"]!.AsArray().Select(f => (string)f!).ToList();
        var wanted = string.IsNullOrWhiteSpace(SearchFields) ? sources : [.. NameList.Split(SearchFields)];
        if (wanted.Except(sources, StringComparer.Ordinal).FirstOrDefault() is { } stranger)
            throw ServiceException.InvalidParameter(
                "InvalidField",
                $"The field '{stranger}' in the search field list is not a source field of the suggester '{SuggesterName}'.",
                "searchFields"
            );
        return [.. sources.Where(wanted.Contains).Select(schema.Find).OfType<Field>().Where(f => f.IsText)];
    }

    private static ServiceException Missing(string message, string parameter) =>
        new(
            400,
            "MissingRequiredParameter",
            $"{message}\r\nParameter name: {parameter}",
            new ErrorDetail("MissingSuggesterName", message)
        );
}

internal enum AutocompleteMode
{
    OneTerm,
    TwoTerms,
    OneTermWithContext,
}

internal static class SuggestRequestReader
{
    private const int LongestSearch = 100;
    private const int MostResults = 100;

    /// <param name="body">The parameters.</param>
    /// <param name="operation">suggest or autocomplete.</param>
    /// <exception cref="ServiceException">400 on parameters that the operation does not have, or with values it does not take.</exception>
    public static SuggestRequest Read(JsonElement body, string operation)
    {
        var request = new SuggestRequest();
        foreach (var member in RequestValue.Members(body))
            request = With(request, member.Name, member.Value, operation);
        if (request.Search.Length is 0 or > LongestSearch)
            throw RequestValue.OutOfRange(
                "search",
                $"The search text must have 1 to {LongestSearch} characters, but has {request.Search.Length}."
            );
        return request;
    }

    private static SuggestRequest With(SuggestRequest request, string name, JsonElement value, string operation) =>
        (name, operation) switch
        {
            ("search", _) => request with { Search = RequestValue.Text(name, value) },
            ("suggesterName", _) => request with { SuggesterName = RequestValue.Text(name, value) },
            ("searchFields", _) => request with { SearchFields = RequestValue.Text(name, value) },
            ("filter", _) => request with { Filter = RequestValue.Text(name, value) },
            ("fuzzy", _) => request with { Fuzzy = RequestValue.Flag(name, value) },
            ("highlightPreTag", _) => request with { HighlightPreTag = RequestValue.Text(name, value) },
            ("highlightPostTag", _) => request with { HighlightPostTag = RequestValue.Text(name, value) },
            ("minimumCoverage", _) => request with { MinimumCoverage = RequestValue.Coverage(name, value) },
            ("top", _) => request with { Top = RequestValue.Integer(name, value, 1, MostResults) },
            ("select", "suggest") => request with { Select = RequestValue.Text(name, value) },
            ("orderby", "suggest") => request with { OrderBy = RequestValue.Text(name, value) },
            ("autocompleteMode", "autocomplete") => request with { Mode = ModeOf(RequestValue.Text(name, value)) },
            _ => throw RequestValue.Unknown(name, operation),
        };

    private static AutocompleteMode ModeOf(string text) =>
        text switch
        {
            "oneTerm" => AutocompleteMode.OneTerm,
            "twoTerms" => AutocompleteMode.TwoTerms,
            "oneTermWithContext" => AutocompleteMode.OneTermWithContext,
            _ => throw RequestValue.NotOneOf("autocompleteMode", text, "oneTerm, twoTerms, oneTermWithContext"),
        };
}
