using System.Collections.Immutable;

namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary>Runs a search on one snapshot.</summary>
internal sealed class Searcher(Snapshot snapshot, SearchRequest request, CancellationToken cancellationToken)
{
    // The text list of a hybrid search has this many entries at most, whatever matched.
    private const int HybridTextRecall = 1000;
    private const int MostFieldsPerVectorQuery = 10;

    public SearchAnswer Run()
    {
        var sorter = Sorter.Parse(request.OrderBy, snapshot);
        var textFields = TextFields();
        var vectorFields = request.VectorQueries.Select(VectorFields).ToList();
        var rows = FilterEvaluator.Matching(snapshot, request.Filter, cancellationToken);
        // Without an order of their own, only the best hits up to the end of the page matter.
        var needed = sorter is null ? Math.Min((long)request.Skip + request.PageSize, snapshot.Count) : snapshot.Count;
        var (hits, total, isFused) =
            vectorFields.Count > 0 ? Fused(rows, textFields, vectorFields)
            : TextQueryBuilder.MatchesAll(request.Text) ? Everything(rows, (int)needed)
            : TextOnly(rows, textFields, (int)needed);
        if (sorter is not null)
            hits = sorter.Sort(hits);
        return new SearchAnswer([.. hits.Skip(request.Skip).Take(request.PageSize)], total, isFused);
    }

    private (IReadOnlyList<Hit> Hits, int Total, bool IsFused) TextOnly(
        RowSet rows,
        IReadOnlyList<Field> fields,
        int needed
    )
    {
        var query = TextQueryBuilder.Simple(request.Text!, snapshot.Schema, fields, request.MatchAllTerms);
        var (hits, total) = TextSearch.Run(snapshot, query, rows, needed, cancellationToken);
        return (hits, total, false);
    }

    private static (IReadOnlyList<Hit> Hits, int Total, bool IsFused) Everything(RowSet rows, int needed)
    {
        var hits = new List<Hit>();
        for (var row = rows.Next(0); row >= 0 && hits.Count < needed; row = rows.Next(row + 1))
            hits.Add(new Hit(row, 1));
        return (hits, rows.Count(), false);
    }

    // One vector list alone keeps its own scores; a text of "*" adds no list.
    private (IReadOnlyList<Hit> Hits, int Total, bool IsFused) Fused(
        RowSet rows,
        IReadOnlyList<Field> textFields,
        List<IReadOnlyList<Field>> vectorFields
    )
    {
        var lists = new List<IReadOnlyList<Hit>>();
        for (var i = 0; i < vectorFields.Count; i++)
        {
            foreach (var field in vectorFields[i])
                lists.Add(Nearest(request.VectorQueries[i], field, rows));
        }
        if (!TextQueryBuilder.MatchesAll(request.Text))
            lists.Add(TextOnly(rows, textFields, HybridTextRecall).Hits);
        if (lists.Count == 1)
            return (lists[0], lists[0].Count, false);
        var fused = HybridRanker.Fuse(lists);
        return (fused, fused.Count, true);
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

    private ImmutableArray<Field> TextFields()
    {
        if (string.IsNullOrWhiteSpace(request.SearchFields))
            return snapshot.Schema.TextFields;
        return [.. Names(request.SearchFields).Select(name => TextField(name))];

        Field TextField(string name)
        {
            var field =
                snapshot.Schema.Find(name)
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

    private IReadOnlyList<Field> VectorFields(VectorQuery query)
    {
        Field[] fields = [.. Names(query.Fields).Select(VectorField)];
        if (fields.Length is 0 or > MostFieldsPerVectorQuery)
            throw ServiceException.InvalidParameter(
                "ParameterValueOutOfRange",
                $"A vector query needs 1 to {MostFieldsPerVectorQuery} fields; {fields.Length} were found.",
                "vectorQueries"
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

    private static string[] Names(string list) =>
        [
            .. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Distinct(StringComparer.Ordinal),
        ];
}

/// <summary>The hits of one page; <see cref="IsFused"/> tells sums of reciprocal ranks, which are printed in double precision.</summary>
internal sealed record SearchAnswer(IReadOnlyList<Hit> Page, int Total, bool IsFused);
