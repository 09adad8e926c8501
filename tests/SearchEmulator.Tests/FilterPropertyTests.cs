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
            .Sample(
                (documents, filters) =>
                {
                    var rows = new FilterRows(PlaceIndex.Json, documents);
                    foreach (var filter in filters)
                    {
                        var expected = Enumerable
                            .Range(0, documents.Count)
                            .Where(i => filter.Matches(documents[i]))
                            .ToList();
                        var actual = rows.Matching(filter.Text).ToList();
                        if (!actual.SequenceEqual(expected))
                            throw new InvalidOperationException(
                                $"{filter.Text}: {string.Join(' ', actual)} instead of {string.Join(' ', expected)} of {new JsonArray([.. documents.Select(d => d.DeepClone())]).ToJsonString()}"
                            );
                        Interlocked.Add(ref found, actual.Count);
                    }
                },
                iter: 100
            );
        // 10,000 filters, most of which find something and leave something.
        found.ShouldBeInRange(10_000, 190_000);
    }
}
