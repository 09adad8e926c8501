using System.Collections.Concurrent;
using EmbeddingFunctions.Embeddings.Folders;
using EmbeddingFunctions.Embeddings.Running;

namespace EmbeddingFunctions.Embeddings;

/// <summary>
/// The models of a folder of model folders, each loaded when it is first asked for. All of them share the cores.
/// Thread-safe. Disposing it disposes its models.
/// </summary>
public sealed class ModelCatalog : IDisposable
{
    private readonly Dictionary<string, Entry> _entries;
    private readonly ConcurrentBag<EmbeddingModel> _loaded = [];
    private readonly RunQueue _queue;
    private readonly EmbeddingModelOptions _options;
    private int _disposed;

    /// <param name="folder">
    /// Each folder in it that has a modules.json, or a config.json and an ONNX file and is no reranker or CLIP, is a model, named
    /// as the folder is.
    /// </param>
    /// <param name="options">How all models together use the machine.</param>
    /// <exception cref="ModelFolderException">The folder is missing.</exception>
    public ModelCatalog(string folder, EmbeddingModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Directory.Exists(folder))
        {
            throw new ModelFolderException($"{folder}: the folder is missing");
        }

        _entries = Directory
            .EnumerateDirectories(folder)
            .Where(ModelFolder.IsOne)
            .ToDictionary(model => Path.GetFileName(model), model => new Entry(model), StringComparer.Ordinal);
        Names = [.. _entries.Keys.Order(StringComparer.Ordinal)];
        _options = options;
        _queue = new RunQueue(options);
    }

    /// <summary>The models' names, in ordinal order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What the folder says of a model. Reads a few small files; loads nothing.</summary>
    /// <exception cref="UnknownModelException">There is no such model.</exception>
    /// <exception cref="ModelFolderException">The folder says something that is not understood, or lacks a part.</exception>
    public ModelDescription Describe(string name) =>
        ModelFolder.Read(Find(name).Folder, _options.Precision).Description;

    /// <summary>
    /// The model, loaded and warm; loads it in the background if this is the first call for it. The catalogue's own: do not
    /// dispose it. After a load that failed, the next call tries again. Cancelling stops the wait, not the load.
    /// </summary>
    /// <exception cref="UnknownModelException">There is no such model.</exception>
    /// <exception cref="ModelFolderException">The folder says something that is not understood, or lacks a part.</exception>
    public Task<EmbeddingModel> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        var entry = Find(name);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        return entry.LoadOnce(Load).WaitAsync(cancellationToken);
    }

    /// <summary>Disposes all models; one that is being loaded is disposed as soon as it is there.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _queue.Dispose();
        foreach (var model in _loaded)
        {
            model.Dispose();
        }
    }

    private Entry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _entries.GetValueOrDefault(name) ?? throw new UnknownModelException(name, Names);
    }

    private EmbeddingModel Load(string folder)
    {
        var model = EmbeddingModel.Load(folder, _queue, _options);
        _loaded.Add(model);
        if (Volatile.Read(ref _disposed) == 0)
        {
            return model;
        }

        // Disposed while it loaded: perhaps before the model was among those that Dispose found.
        model.Dispose();
        throw new ObjectDisposedException(nameof(ModelCatalog));
    }

    private sealed class Entry(string folder)
    {
        private Lazy<Task<EmbeddingModel>>? _loading;

        public string Folder => folder;

        public Task<EmbeddingModel> LoadOnce(Func<string, EmbeddingModel> load)
        {
            var seen = Volatile.Read(ref _loading);
            if (seen is { IsValueCreated: true, Value.IsFaulted: true } or null)
            {
                var next = new Lazy<Task<EmbeddingModel>>(() => Task.Run(() => load(folder)));
                var before = Interlocked.CompareExchange(ref _loading, next, seen);
                seen = ReferenceEquals(before, seen) ? next : before!;
            }

            return seen.Value;
        }
    }
}
