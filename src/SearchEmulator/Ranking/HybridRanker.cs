namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary>Reciprocal rank fusion as the service computes it: the sum of 1/(60 + rank), ranks from 0, in float32.</summary>
internal static class HybridRanker
{
    private const int RankConstant = 60;

    /// <summary>The union of all lists, best first; equal sums in row order.</summary>
    public static IReadOnlyList<Hit> Fuse(IEnumerable<IReadOnlyList<Hit>> lists)
    {
        var sums = new Dictionary<int, float>();
        foreach (var list in lists)
        {
            for (var rank = 0; rank < list.Count; rank++)
            {
                var row = list[rank].Row;
                sums[row] = sums.GetValueOrDefault(row) + 1f / (RankConstant + rank);
            }
        }
        return [.. sums.Select(s => new Hit(s.Key, s.Value)).OrderByDescending(h => h.Score).ThenBy(h => h.Row)];
    }
}
