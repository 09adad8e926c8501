using System.Collections.Concurrent;

namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>
/// The rows of one snapshot that its last filters left: an app asks with few filters, again and again. Thread-safe; a bit for each row
/// and filter.
/// </summary>
internal sealed class FilterCache
{
    private const int Most = 16;

    private readonly ConcurrentDictionary<string, RowSet> _rows = new(StringComparer.Ordinal);

    public RowSet? Find(string filter) => _rows.GetValueOrDefault(filter);

    /// <param name="filter">One that asks for no text: where that is allowed, and what it adds to scores, is not kept.</param>
    /// <param name="rows">Never changed again.</param>
    public void Keep(string filter, RowSet rows)
    {
        if (_rows.Count >= Most)
            _rows.Clear();
        _rows[filter] = rows;
    }
}
