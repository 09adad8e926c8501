using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace EmbeddingFunctions.SearchEmulator.Suggestions;

/// <summary>Words (or pairs of neighbours) of the source fields that go on with what is typed, in alphabetical order.</summary>
internal sealed class Autocompleter(Snapshot snapshot, SuggestRequest request, CancellationToken cancellationToken)
{
    public IReadOnlyList<Completion> Run()
    {
        var fields = request.FieldsIn(snapshot.Schema);
        var rows = FilterEvaluator.Matching(snapshot, request.Filter, allowText: false, cancellationToken).Rows;
        var query = SuggestFields.Tokenize(request.Search);
        if (query.Count == 0)
            return [];
        var last = query[^1];
        var context = request.Mode == AutocompleteMode.OneTermWithContext && query.Count > 1 ? query[^2] : (Word?)null;
        var isPair = context is not null || request.Mode == AutocompleteMode.TwoTerms;
        var prefix = context is { } before ? $"{before.Text} {last.Text}" : last.Text;
        var terms = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            var path = isPair ? SuggestFields.PairsOf(field.Path) : SuggestFields.WordsOf(field.Path);
            foreach (var leaf in snapshot.Text.Leaves)
                Collect(leaf.AtomicReader, path, prefix, term => Fits(term, context?.Text, last.Text), rows, terms);
        }
        var head = request.Search[..(context ?? last).Start];
        return
        [
            .. terms
                .Take(request.Top)
                .Select(t => new Completion(t, $"{head}{request.HighlightPreTag}{t}{request.HighlightPostTag}")),
        ];
    }

    private bool Fits(string term, string? context, string last)
    {
        if (context is null)
        {
            var space = request.Mode == AutocompleteMode.TwoTerms ? term.IndexOf(' ', StringComparison.Ordinal) : -1;
            return WordMatcher.IsBegun(space < 0 ? term : term[..space], last, request.Fuzzy);
        }
        var parts = term.Split(' ', 2);
        return parts.Length == 2
            && WordMatcher.Is(parts[0], context, request.Fuzzy)
            && WordMatcher.IsBegun(parts[1], last, request.Fuzzy);
    }

    // Terms come in their order: the first few that are in a wanted document are enough.
    private void Collect(
        AtomicReader reader,
        string path,
        string prefix,
        Func<string, bool> fits,
        RowSet rows,
        SortedSet<string> found
    )
    {
        if (reader.GetTerms(path) is not { } terms)
            return;
        var all = terms.GetEnumerator();
        var start = new BytesRef(request.Fuzzy ? "" : prefix);
        var ords = reader.GetNumericDocValues(TextIndex.OrdField);
        DocsEnum? documents = null;
        var taken = 0;
        if (all.SeekCeil(start) == TermsEnum.SeekStatus.END)
            return;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!StringHelper.StartsWith(all.Term, start))
                return;
            var term = all.Term.Utf8ToString();
            if (!fits(term))
                continue;
            documents = all.Docs(reader.LiveDocs, documents, DocsFlags.NONE);
            if (!IsInAny(documents, ords, rows))
                continue;
            found.Add(term);
            taken++;
        } while (taken < request.Top && all.MoveNext());
    }

    private bool IsInAny(DocsEnum documents, NumericDocValues ords, RowSet rows)
    {
        while (documents.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
        {
            var row = snapshot.RowOf(ords.Get(documents.DocID));
            if (row >= 0 && rows[row])
                return true;
        }
        return false;
    }
}

/// <summary>What a word is completed to, and the whole query with it.</summary>
internal sealed record Completion(string Text, string QueryPlusText);
