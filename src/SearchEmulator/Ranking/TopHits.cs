namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary>The best <c>capacity</c> hits; of equal scores the lower row wins, so that answers are the same every time.</summary>
internal sealed class TopHits(int capacity)
{
    private static readonly Comparer<Hit> WorstFirst = Comparer<Hit>.Create(
        (a, b) => a.Score.CompareTo(b.Score) is not 0 and var order ? order : b.Row.CompareTo(a.Row)
    );

    private readonly PriorityQueue<Hit, Hit> _heap = new(WorstFirst);

    /// <summary>What scores less is not among the best any more.</summary>
    public float Least { get; private set; } = capacity > 0 ? float.NegativeInfinity : float.PositiveInfinity;

    public void Add(Hit hit)
    {
        if (_heap.Count < capacity)
            _heap.Enqueue(hit, hit);
        else if (capacity > 0 && WorstFirst.Compare(hit, _heap.Peek()) > 0)
            _heap.DequeueEnqueue(hit, hit);
        if (_heap.Count == capacity && capacity > 0)
            Least = _heap.Peek().Score;
    }

    public void AddAll(TopHits other)
    {
        foreach (var (hit, _) in other._heap.UnorderedItems)
            Add(hit);
    }

    public IReadOnlyList<Hit> BestFirst()
    {
        var hits = _heap.UnorderedItems.Select(i => i.Element).ToArray();
        Array.Sort(hits, (a, b) => WorstFirst.Compare(b, a));
        return hits;
    }
}

internal readonly record struct Hit(int Row, float Score);
