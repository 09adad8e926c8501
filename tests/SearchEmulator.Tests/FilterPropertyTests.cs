using System.Text.Json.Nodes;
using CsCheck;

namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class FilterPropertyTests
{
    [Fact]
    public void Any_filter_over_any_documents_agrees_with_a_naive_evaluation()
    {
        var found = 0;
        Gen.Select(NaiveFilter.Documents, NaiveFilter.Top(3).List[100])
            .Sample((documents, filters) => Interlocked.Add(ref found, Check(documents, filters)), iter: 100);
        // 10,000 filters, most of which find something and leave something.
        found.ShouldBeInRange(10_000, 190_000);
    }

    // Rows are tested 64 at a time, and are in segments of 1,024.
    [Fact]
    public void So_does_it_over_thousands_of_rows() =>
        Gen.Select(NaiveFilter.Documents, NaiveFilter.Top(3).List[100])
            .Sample(
                (documents, filters) =>
                    Check([.. Enumerable.Range(0, 2500).Select(i => documents[i * 7 / 5 % documents.Count])], filters),
                iter: 3
            );

    private static int Check(IReadOnlyList<JsonObject> documents, IEnumerable<NaiveFilter> filters)
    {
        var found = 0;
        var rows = new FilterRows(PlaceIndex.Json, documents);
        foreach (var filter in filters)
        {
            var expected = Enumerable.Range(0, documents.Count).Where(i => filter.Matches(documents[i])).ToList();
            var actual = rows.Matching(filter.Text).ToList();
            if (!actual.SequenceEqual(expected))
                throw new InvalidOperationException(
                    $"{filter.Text}: {string.Join(' ', actual)} instead of {string.Join(' ', expected)} of {new JsonArray([.. documents.Select(d => d.DeepClone())]).ToJsonString()}"
                );
            found += actual.Count;
        }
        return found;
    }
}
