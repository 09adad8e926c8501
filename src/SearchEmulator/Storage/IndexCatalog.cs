using System.Collections.Concurrent;

namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>The indexes of one data folder, which only one process can have open. Thread-safe.</summary>
internal sealed class IndexCatalog : IAsyncDisposable
{
    private const string DeletedPrefix = ".deleted-";

    private readonly string _folder;
    private readonly IndexSettings _settings;
    private readonly FileStream _lock;
    private readonly ConcurrentDictionary<string, SearchIndex> _indexes = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _definitions = new(1);

    private IndexCatalog(
        string folder,
        FileStream @lock,
        IEnumerable<SearchIndex> indexes,
        SynonymCatalog synonyms,
        IndexSettings settings
    )
    {
        (_folder, _lock, _settings, Synonyms) = (folder, @lock, settings, synonyms);
        foreach (var index in indexes)
            _indexes[index.Schema.Name] = index;
    }

    public SynonymCatalog Synonyms { get; }

    /// <exception cref="IOException">The folder is in use by another process, or cannot be written.</exception>
    public static IndexCatalog Open(string dataFolder, IndexSettings settings)
    {
        var folder = Path.Combine(Path.GetFullPath(dataFolder), "indexes");
        Directory.CreateDirectory(folder);
        FileStream @lock;
        try
        {
            @lock = new FileStream(
                Path.Combine(folder, ".lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (IOException e) when (IsLocked(e))
        {
            throw new IOException($"The data folder '{dataFolder}' is in use by another search emulator.", e);
        }
        var indexes = new List<SearchIndex>();
        SynonymCatalog? synonyms = null;
        try
        {
            synonyms = SynonymCatalog.Open(Path.Combine(Path.GetFullPath(dataFolder), "synonymmaps"), settings.ETags);
            foreach (var indexFolder in Directory.GetDirectories(folder))
            {
                // Neither a deletion nor a creation that a killed process left half-way is an index.
                if (
                    Path.GetFileName(indexFolder).StartsWith(DeletedPrefix, StringComparison.Ordinal)
                    || OpenIndex(indexFolder, synonyms, settings) is not { } index
                )
                    Directory.Delete(indexFolder, recursive: true);
                else
                    indexes.Add(index);
            }
            return new IndexCatalog(folder, @lock, indexes, synonyms, settings);
        }
        catch
        {
            indexes.ForEach(index => index.Abandon());
            synonyms?.Dispose();
            @lock.Dispose();
            throw;
        }
    }

    /// <exception cref="ServiceException">404.</exception>
    public SearchIndex Get(string name) => Find(name) ?? throw ServiceException.IndexNotFound(name);

    public SearchIndex? Find(string name) => _indexes.GetValueOrDefault(name);

    public IReadOnlyList<SearchIndex> All() =>
        [.. _indexes.OrderBy(i => i.Key, StringComparer.Ordinal).Select(i => i.Value)];

    /// <exception cref="ServiceException">409 when the index exists.</exception>
    public async Task<SearchIndex> CreateAsync(IndexSchema schema, CancellationToken cancellationToken)
    {
        await _definitions.WaitAsync(cancellationToken);
        try
        {
            return _indexes.ContainsKey(schema.Name)
                ? throw ServiceException.AlreadyExists("index", schema.Name, "CannotCreateExistingIndex")
                : Add(schema);
        }
        finally
        {
            _definitions.Release();
        }
    }

    /// <exception cref="ServiceException">412, or 400 when the change is not one that an existing index can take.</exception>
    public async Task<(SearchIndex Index, bool Created)> CreateOrUpdateAsync(
        IndexSchema schema,
        Precondition precondition,
        bool allowDowntime,
        CancellationToken cancellationToken
    )
    {
        await _definitions.WaitAsync(cancellationToken);
        try
        {
            var index = _indexes.GetValueOrDefault(schema.Name);
            precondition.Check(index?.ETag);
            if (index is null)
                return (Add(schema), true);
            SchemaChange.Check(index.Schema, schema, allowDowntime);
            await index.ChangeSchemaAsync(schema, _settings.ETags.Next(), cancellationToken);
            return (index, false);
        }
        finally
        {
            _definitions.Release();
        }
    }

    /// <exception cref="ServiceException">404 or 412.</exception>
    public async Task DeleteAsync(string name, Precondition precondition, CancellationToken cancellationToken)
    {
        await _definitions.WaitAsync(cancellationToken);
        try
        {
            var index = Get(name);
            precondition.Check(index.ETag);
            _indexes.TryRemove(name, out _);
            await index.DisposeAsync();
            // The rename is the deletion: a process killed while it removes files leaves nothing that looks like an index.
            var trash = Path.Combine(_folder, DeletedPrefix + Guid.NewGuid().ToString("N"));
            Directory.Move(index.Folder, trash);
            Directory.Delete(trash, recursive: true);
        }
        finally
        {
            _definitions.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var index in _indexes.Values)
            await index.DisposeAsync();
        _indexes.Clear();
        _definitions.Dispose();
        Synonyms.Dispose();
        await _lock.DisposeAsync();
    }

    // EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION of Windows.
    private static bool IsLocked(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static SearchIndex? OpenIndex(string folder, SynonymCatalog synonyms, IndexSettings settings)
    {
        try
        {
            return SearchIndex.Open(folder, synonyms, settings);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var reason = DiskError.Reason(e);
            throw new IOException(
                DiskError.Is(e)
                    ? $"the index in '{folder}' cannot be opened ({reason})."
                    : $"the index in '{folder}' is damaged ({reason}). Restore the folder from a copy, or delete it and upload its documents again.",
                e
            );
        }
    }

    private SearchIndex Add(IndexSchema schema)
    {
        var index = SearchIndex.Create(Path.Combine(_folder, schema.Name), schema, _settings.ETags.Next(), _settings);
        _indexes[schema.Name] = index;
        return index;
    }
}
