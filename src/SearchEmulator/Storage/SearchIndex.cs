using Microsoft.Data.Sqlite;

namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>One open index: its folder, its contents and its writer. Thread-safe.</summary>
internal sealed class SearchIndex : IAsyncDisposable
{
    private readonly DocumentStore _store;
    private readonly IndexContents _contents;
    private readonly IndexWriterQueue _queue;
    private string _etag;

    private SearchIndex(string folder, DocumentStore store, IndexSchema schema, string etag, IndexSettings settings)
    {
        Folder = folder;
        (_store, _etag) = (store, etag);
        _contents = IndexContents.Open(store, TextIn(folder), schema, settings.Time, settings.VisibilityDelay);
        _queue = new IndexWriterQueue(_contents, settings.Time, settings.Logger);
    }

    public string Folder { get; }

    public IndexSchema Schema => _contents.Schema;

    /// <summary>Quoted, as it stands in headers and bodies.</summary>
    public string ETag => Volatile.Read(ref _etag);

    public static SearchIndex Create(string folder, IndexSchema schema, string etag, IndexSettings settings)
    {
        Directory.CreateDirectory(folder);
        var store = DocumentStore.Open(FileIn(folder));
        try
        {
            store.WriteSchema(schema, etag);
            return new SearchIndex(folder, store, schema, etag, settings);
        }
        catch
        {
            store.Dispose();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Null when there is no finished index in the folder.</summary>
    /// <exception cref="InvalidDataException">There was one, which is damaged.</exception>
    public static SearchIndex? Open(string folder, SynonymCatalog synonyms, IndexSettings settings)
    {
        if (!File.Exists(FileIn(folder)))
            return Unfinished(folder);
        var store = DocumentStore.Open(FileIn(folder));
        try
        {
            if (store.ReadSchema(synonyms) is not { } found)
            {
                store.Dispose();
                return Unfinished(folder);
            }
            store.Check();
            return new SearchIndex(folder, store, found.Schema, found.ETag, settings);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    // The text index is made last: where there is one, the rest was there before it.
    private static SearchIndex? Unfinished(string folder) =>
        Directory.Exists(TextIn(folder)) && Directory.EnumerateFiles(TextIn(folder)).Any()
            ? throw new InvalidDataException("its definition is gone")
            : null;

    public Snapshot Acquire() => _contents.Acquire();

    /// <exception cref="ServiceException">404 when the index has been deleted in the meantime.</exception>
    public StoreReader Read()
    {
        try
        {
            return _store.Read();
        }
        catch (SqliteException) when (!Directory.Exists(Folder))
        {
            throw ServiceException.IndexNotFound(Schema.Name);
        }
    }

    public long StorageSize() => _store.StorageSize();

    public Task<IReadOnlyList<ItemResult>> WriteAsync(
        IReadOnlyList<IndexAction> actions,
        IndexSchema schema,
        CancellationToken cancellationToken
    ) => _queue.WriteAsync(actions, schema, cancellationToken);

    public async Task ChangeSchemaAsync(IndexSchema schema, string etag, CancellationToken cancellationToken)
    {
        await _queue.ChangeSchemaAsync(schema, etag, cancellationToken);
        Volatile.Write(ref _etag, etag);
    }

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        _contents.Dispose();
    }

    /// <summary>Begins to close what nobody has used yet, when the start of another index fails.</summary>
    public void Abandon() => _ = DisposeAsync().AsTask();

    private static string FileIn(string folder) => Path.Combine(folder, "index.db");

    private static string TextIn(string folder) => Path.Combine(folder, "lucene");
}

/// <summary>What all indexes of a catalog share.</summary>
internal sealed record IndexSettings(TimeProvider Time, TimeSpan VisibilityDelay, ILogger Logger)
{
    public ETags ETags { get; } = new(Time);
}
