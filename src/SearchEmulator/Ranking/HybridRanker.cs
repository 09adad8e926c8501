namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary>Reciprocal rank fusion as the service computes it: the sum of 1/(60 + rank), ranks from 0, in float32.</summary>
internal static class HybridRanker
{
    private const int RankConstant = 60;

    /// <summary>
    /// The union of all lists, best first. Sums often tie, as a first and a second rank make a second and a first: then the rank in the
    /// last list decides, which is the one by words.
    /// </summary>
    public static IReadOnlyList<Hit> Fuse(IReadOnlyList<IReadOnlyList<Hit>> lists)
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
        var lastRanks = lists[^1].Index().ToDictionary(h => h.Item.Row, h => h.Index);
        return
        [
            .. sums.Select(s => new Hit(s.Key, s.Value))
                .OrderByDescending(h => h.Score)
                .ThenBy(h => lastRanks.GetValueOrDefault(h.Row, int.MaxValue))
                .ThenBy(h => h.Row),
        ];
    }
}
