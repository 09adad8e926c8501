namespace EmbeddingFunctions.Functions.Sync;

/// <summary>Pauses that double: the first one, twice it, four times it, up to the longest.</summary>
internal readonly record struct Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <param name="failures">From 1.</param>
    public TimeSpan After(int failures)
    {
        var factor = Math.Pow(2, Math.Clamp(failures - 1, 0, 30));
        return TimeSpan.FromSeconds(Math.Min(First.TotalSeconds * factor, Longest.TotalSeconds));
    }
}
