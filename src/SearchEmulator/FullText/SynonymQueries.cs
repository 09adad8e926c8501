using Lucene.Net.Analysis;
using Lucene.Net.Index;
using Lucene.Net.Search;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>
/// The words of one field of a search text with everything that stands for them by the field's synonym map: any of them will do, and one
/// of several words is a phrase. For the texts of one search.
/// </summary>
internal sealed class SynonymQueries(IndexSchema schema, Analyzer analyzer)
{
    private const int MostPhrases = 200;
    private int _phrases;

    /// <summary>Null when no rule has anything to say to this text.</summary>
    /// <param name="field">A text field.</param>
    /// <param name="text">A word, or a phrase without its quotes.</param>
    /// <param name="isPhrase">Whether the words have to stand one after the other.</param>
    /// <param name="slop">How far words of a phrase may be moved.</param>
    /// <param name="join">Of words that are no phrase.</param>
    /// <exception cref="ServiceException">400 when there are too many ways to say a phrase, or the map has been deleted.</exception>
    public Query? Find(string field, string text, bool isPhrase, int slop, Occur join)
    {
        if (
            schema.Find(field) is not { } known
            || schema.Analysis.SynonymsOf(known, schema.Synonyms) is not { } synonyms
        )
            return null;
        var segments = Segments(field, text, synonyms, out var isChanged);
        if (!isChanged)
            return null;
        if (isPhrase)
            return AnyOf(Ways(segments).Select(way => Phrase(way, slop)));
        var all = new BooleanQuery(disableCoord: segments.Count == 1);
        foreach (var segment in segments)
            all.Add(AnyOf(segment.Alternatives.Select(a => Phrase(a, slop: 0))), join);
        return all.Clauses.Count == 1 ? all.Clauses[0].Query : all;
    }

    private List<Segment> Segments(string field, string text, FieldSynonyms synonyms, out bool isChanged)
    {
        isChanged = false;
        List<(int Position, List<string> Words)> positions =
        [
            .. SynonymRules
                .Words(analyzer, field, text)
                .GroupBy(w => w.Position)
                .Select(g => (g.Key, g.Select(w => w.Text).Distinct(StringComparer.Ordinal).ToList())),
        ];
        List<IReadOnlyList<string>> words = [.. positions.Select(p => p.Words)];
        var segments = new List<Segment>();
        for (var start = 0; start < positions.Count; )
        {
            var rule = synonyms.Longest(words, start);
            isChanged |= rule is not null;
            var end = start + (rule?.Input.Words.Length ?? 1);
            // Where one word stands for one word, both are words of one place.
            var places = new List<Place>();
            var alternatives = new List<Place[]>();
            if (rule?.KeepsInput != false)
                Add([
                    .. positions[start..end]
                        .Select(p => new Place(p.Position - positions[start].Position, Terms(p.Words))),
                ]);
            foreach (var output in rule?.Outputs ?? [])
                Add([.. output.Words.Select(w => new Place(w.Position, Terms([w.Text])))]);
            if (places.Count > 0)
                alternatives.Add([new Place(0, [.. places.SelectMany(p => p.Terms).Distinct()])]);
            var gap = start == 0 ? 0 : positions[start].Position - positions[start - 1].Position - 1;
            segments.Add(new Segment(gap, alternatives));
            start = end;

            void Add(Place[] alternative)
            {
                if (alternative.Length == 1)
                    places.Add(alternative[0]);
                else
                    alternatives.Add(alternative);
            }
        }
        return segments;

        Term[] Terms(IEnumerable<string> texts) => [.. texts.Select(t => new Term(field, t))];
    }

    // A phrase once for every choice of alternatives, at the places where their words then stand.
    private static List<Place[]> Ways(IEnumerable<Segment> segments)
    {
        List<Place[]> ways =
        [
            [],
        ];
        foreach (var segment in segments)
        {
            if (ways.Count * segment.Alternatives.Count > MostPhrases)
                throw TextQueryBuilder.TooManyClauses();
            ways =
            [
                .. ways.SelectMany(way =>
                {
                    var next = way.Length == 0 ? 0 : way[^1].Position + 1 + segment.Gap;
                    return segment.Alternatives.Select(a =>
                        (Place[])[.. way, .. a.Select(p => p with { Position = next + p.Position })]
                    );
                }),
            ];
        }
        return ways;
    }

    private Query Phrase(Place[] places, int slop)
    {
        if (places.Length == 1)
            return AnyOf(places[0].Terms.Select(t => new TermQuery(t)));
        if (++_phrases > BooleanQuery.MaxClauseCount)
            throw TextQueryBuilder.TooManyClauses();
        var phrase = new MultiPhraseQuery { Slop = slop };
        foreach (var place in places)
            phrase.Add(place.Terms, place.Position);
        return phrase;
    }

    private static Query AnyOf(IEnumerable<Query> queries)
    {
        var any = new BooleanQuery(disableCoord: true);
        foreach (var query in queries)
            any.Add(query, Occur.SHOULD);
        return any.Clauses.Count == 1 ? any.Clauses[0].Query : any;
    }

    /// <summary>A part of a text, and what stands for it; before it words were left out.</summary>
    private sealed record Segment(int Gap, IReadOnlyList<Place[]> Alternatives);

    /// <summary>Any of some words, so far behind the first word.</summary>
    private readonly record struct Place(int Position, Term[] Terms);
}
