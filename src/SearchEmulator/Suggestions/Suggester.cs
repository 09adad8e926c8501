using Lucene.Net.Index;
using Lucene.Net.Search;

namespace EmbeddingFunctions.SearchEmulator.Suggestions;

/// <summary>Documents with a source field that has the words typed so far. The first such field of the suggester is the suggestion.</summary>
internal sealed class Suggester(
    Snapshot snapshot,
    SuggestRequest request,
    StoreReader store,
    CancellationToken cancellationToken
)
{
    public IReadOnlyList<Suggestion> Run()
    {
        var sorter = Sorter.Parse(request.OrderBy, snapshot);
        var fields = request.FieldsIn(snapshot.Schema);
        var filter = FilterEvaluator.Matching(snapshot, request.Filter, allowText: false, cancellationToken);
        var query = SuggestFields.Tokenize(request.Search);
        if (query.Count == 0)
            return [];
        var found = TextSearch
            .Run(snapshot, QueryOf(query, fields), filter.Rows, snapshot.Count, rescore: null, cancellationToken)
            .Hits;
        var hits = sorter is null ? found : sorter.Sort(found);
        var documents = new DocumentReader(snapshot.Schema);
        var matcher = new WordMatcher(query, request.Fuzzy);
        var suggestions = new List<Suggestion>();
        foreach (var hit in hits)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var document = documents.ReadStored(store.Json(snapshot.Table.Ord(hit.Row)));
            if (TextOf(document, fields, matcher) is { } text)
                suggestions.Add(new Suggestion(text, document));
            if (suggestions.Count == request.Top)
                break;
        }
        return suggestions;
    }

    private string? TextOf(ComplexValue document, IEnumerable<Field> fields, WordMatcher matcher)
    {
        foreach (var text in fields.SelectMany(f => DocumentValues.All(document, f, snapshot.Schema)).Cast<string>())
        {
            var words = matcher.Match(text);
            if (words.Count == 0)
                continue;
            return request is { HighlightPreTag: null, HighlightPostTag: null }
                ? text
                : Highlighter.Tagged(
                    text,
                    words.Select(w => (w.Start, w.End)),
                    request.HighlightPreTag ?? "",
                    request.HighlightPostTag ?? ""
                );
        }
        return null;
    }

    private BooleanQuery QueryOf(IReadOnlyList<Word> words, IEnumerable<Field> fields)
    {
        var any = new BooleanQuery();
        foreach (var path in fields.Select(f => SuggestFields.WordsOf(f.Path)))
        {
            var all = new BooleanQuery();
            for (var i = 0; i < words.Count; i++)
                all.Add(QueryOf(new Term(path, words[i].Text), i == words.Count - 1), Occur.MUST);
            any.Add(all, Occur.SHOULD);
        }
        return any;
    }

    private Query QueryOf(Term term, bool isLast)
    {
        Query exact = isLast ? new PrefixQuery(term) : new TermQuery(term);
        if (!request.Fuzzy)
            return exact;
        // What is typed right comes first.
        return new BooleanQuery
        {
            { exact, Occur.SHOULD },
            {
                new FuzzyQuery(term, 1) { Boost = 0.1f },
                Occur.SHOULD
            },
        };
    }
}

/// <summary>The text of the field that matched, with tags if they were asked for, and its document.</summary>
internal sealed record Suggestion(string Text, ComplexValue Document);
