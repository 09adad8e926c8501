using Lucene.Net.Search;

namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary>Runs a search on one snapshot.</summary>
/// <param name="snapshot">What is searched.</param>
/// <param name="request">What for.</param>
/// <param name="now">For the scoring of freshness.</param>
/// <param name="cancellationToken">Ends the search.</param>
internal sealed class Searcher(
    Snapshot snapshot,
    SearchRequest request,
    DateTimeOffset now,
    CancellationToken cancellationToken
)
{
    // The text list of a hybrid search has this many entries at most, whatever matched.
    private const int HybridTextRecall = 1000;
    private const int MostFieldsPerVectorQuery = 10;

    private readonly ScoringProfile? _profile = ScoringProfile.Find(snapshot.Schema, request.ScoringProfile);

    public SearchAnswer Run()
    {
        var sorter = Sorter.Parse(request.OrderBy, snapshot);
        var vectorFields = request.VectorQueries.Select(VectorFields).ToList();
        var query = TextOf();
        var filter = FilterEvaluator.Matching(snapshot, request.Filter, allowText: true, cancellationToken);
        var rescore = Rescore(filter.Scores);
        // Without an order of their own, only the best hits up to the end of the page matter.
        var needed = (int)
            Math.Min(sorter is null ? (long)request.Skip + request.PageSize : snapshot.Count, snapshot.Count);
        var found =
            vectorFields.Count > 0 ? Fused(filter.Rows, query, vectorFields, rescore)
            : request.Text.MatchesAll ? Everything(filter.Rows, needed, rescore)
            : TextOnly(filter.Rows, query, needed, rescore);
        var hits = sorter is null ? found.Hits : sorter.Sort(found.Hits);
        return new SearchAnswer(
            [.. hits.Skip(request.Skip).Take(request.PageSize)],
            found.Matched.Count(),
            found.IsFused,
            found.Matched,
            query
        );
    }

    private Query? TextOf()
    {
        // Names are checked even when nothing is searched for.
        _ = request.Text.FieldsIn(snapshot.Schema);
        return request.Text.MatchesAll
            ? null
            : TextQueryBuilder.Build(request.Text, snapshot.Schema, _profile?.Weights, cancellationToken);
    }

    // Of a text (or match-all) score; null when it stays as it is.
    private Func<int, float, float>? Rescore(float[]? added)
    {
        var boost = _profile?.Boost(snapshot, request.ScoringParameters, now);
        if (added is null && boost is null)
            return null;
        return (row, score) => (score + (added?[row] ?? 0)) * (boost is null ? 1 : (float)boost(row));
    }

    private Found TextOnly(RowSet rows, Query? query, int needed, Func<int, float, float>? rescore)
    {
        var (hits, matched) = TextSearch.Run(snapshot, query, rows, needed, rescore, cancellationToken);
        return new Found(hits, matched, IsFused: false);
    }

    private static Found Everything(RowSet rows, int needed, Func<int, float, float>? rescore)
    {
        if (rescore is not null)
        {
            var best = new TopHits(needed);
            for (var row = rows.Next(0); row >= 0; row = rows.Next(row + 1))
                best.Add(new Hit(row, rescore(row, 1)));
            return new Found(best.BestFirst(), rows, IsFused: false);
        }
        var hits = new List<Hit>();
        for (var row = rows.Next(0); row >= 0 && hits.Count < needed; row = rows.Next(row + 1))
            hits.Add(new Hit(row, 1));
        return new Found(hits, rows, IsFused: false);
    }

    // One vector list alone keeps its own scores; a text of "*" adds no list.
    private Found Fused(
        RowSet rows,
        Query? query,
        List<IReadOnlyList<Field>> vectorFields,
        Func<int, float, float>? rescore
    )
    {
        var lists = new List<IReadOnlyList<Hit>>();
        for (var i = 0; i < vectorFields.Count; i++)
        {
            foreach (var field in vectorFields[i])
                lists.Add(Nearest(request.VectorQueries[i], field, rows));
        }
        if (!request.Text.MatchesAll)
            lists.Add(TextOnly(rows, query, HybridTextRecall, rescore).Hits);
        var hits = lists.Count == 1 ? lists[0] : HybridRanker.Fuse(lists);
        var matched = new RowSet(snapshot.Count);
        foreach (var hit in hits)
            matched.Add(hit.Row);
        return new Found(hits, matched, lists.Count > 1);
    }

    private IReadOnlyList<Hit> Nearest(VectorQuery query, Field field, RowSet rows)
    {
        var k = Math.Min(query.K, snapshot.Count);
        var column = snapshot.Table.Vectors(field);
        if (!request.PostFilter)
            return VectorScanner.Nearest(column, query.Vector, k, rows, cancellationToken);
        var nearest = VectorScanner.Nearest(column, query.Vector, k, snapshot.Live, cancellationToken);
        return [.. nearest.Where(hit => rows[hit.Row])];
    }

    private IReadOnlyList<Field> VectorFields(VectorQuery query)
    {
        Field[] fields = [.. NameList.Split(query.Fields).Select(VectorField)];
        if (fields.Length is 0 or > MostFieldsPerVectorQuery)
            throw RequestValue.OutOfRange(
                "vectorQueries",
                $"A vector query needs 1 to {MostFieldsPerVectorQuery} fields; {fields.Length} were found."
            );
        return fields;

        Field VectorField(string name)
        {
            var field =
                snapshot.Schema.Find(name)
                ?? throw ServiceException.InvalidParameter(
                    "InvalidVectorQuery",
                    $"Unknown field '{name}' in vector field list.",
                    "vector.fields"
                );
            if (field.Kind != FieldKind.Vector)
                throw ServiceException.InvalidParameter(
                    "InvalidVectorQuery",
                    $"Field '{name}' is not a vector field.",
                    "vector.fields"
                );
            return query.Vector.Length == field.Dimensions
                ? field
                : throw DocumentReader.WrongLength(field, query.Vector.Length);
        }
    }

    private sealed record Found(IReadOnlyList<Hit> Hits, RowSet Matched, bool IsFused);
}

/// <summary>
/// The hits of one page. <see cref="IsFused"/> tells sums of reciprocal ranks, which are printed in double precision;
/// <see cref="Matched"/> are the rows of all pages, <see cref="Text"/> is what highlights show.
/// </summary>
internal sealed record SearchAnswer(IReadOnlyList<Hit> Page, int Total, bool IsFused, RowSet Matched, Query? Text);
