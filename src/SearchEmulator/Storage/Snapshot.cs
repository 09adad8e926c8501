using Lucene.Net.Index;

namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>
/// One state of an index, between two batches: rows, live rows and text always belong together. Immutable. Whoever acquired it
/// disposes it; until then its documents stay in the store.
/// </summary>
internal sealed class Snapshot(long seq, RowTable table, int count, RowSet live, DirectoryReader text) : IDisposable
{
    private int _references = 1;

    public long Seq => seq;

    public IndexSchema Schema => table.Schema;

    public RowTable Table => table;

    /// <summary>Rows of the table that this state knows; later ones belong to later batches.</summary>
    public int Count => count;

    public RowSet Live => live;

    public int LiveCount { get; } = live.Count();

    public DirectoryReader Text => text;

    public FilterCache Filters { get; } = new();

    public bool IsReleased => Volatile.Read(ref _references) == 0;

    /// <summary>The ord of a document by its key, null when this state has none.</summary>
    public long? FindOrd(string key) => TextIndex.FindOrd(text, key);

    public int RowOf(long ord) => table.RowOf(ord, count);

    /// <summary>False when the last holder has let go of it in the meantime.</summary>
    public bool TryAcquire()
    {
        var seen = Volatile.Read(ref _references);
        while (seen > 0)
        {
            var found = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (found == seen)
                return true;
            seen = found;
        }
        return false;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            text.DecRef();
    }
}
