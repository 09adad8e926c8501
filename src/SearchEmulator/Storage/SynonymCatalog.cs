using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>The synonym maps of one data folder, a file each. Thread-safe.</summary>
internal sealed class SynonymCatalog : IDisposable
{
    private const string Extension = ".json";

    private readonly string _folder;
    private readonly ETags _etags;
    private readonly ConcurrentDictionary<string, SynonymMap> _maps = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changes = new(1);
    private int _version;

    private SynonymCatalog(string folder, ETags etags) => (_folder, _etags) = (folder, etags);

    /// <summary>Rises with every change of any map.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <exception cref="IOException">A file is damaged, or the folder cannot be used.</exception>
    public static SynonymCatalog Open(string folder, ETags etags)
    {
        Directory.CreateDirectory(folder);
        var catalog = new SynonymCatalog(folder, etags);
        foreach (var file in Directory.GetFiles(folder, "*" + Extension))
        {
            try
            {
                var json = JsonNode.Parse(File.ReadAllBytes(file))!;
                var map = SynonymMap.From((string)json["name"]!, (string)json["synonyms"]!, (string)json["etag"]!);
                catalog._maps[map.Name] = map;
            }
            catch (Exception e)
                when (e
                        is JsonException
                            or ServiceException
                            or InvalidOperationException
                            or ArgumentNullException
                            or NullReferenceException
                )
            {
                throw new IOException(
                    $"The synonym map in '{file}' is damaged. Restore the file from a copy, or delete it and send the map again.",
                    e
                );
            }
        }
        return catalog;
    }

    public SynonymMap? Find(string name) => _maps.GetValueOrDefault(name);

    /// <exception cref="ServiceException">404.</exception>
    public SynonymMap Get(string name) => Find(name) ?? throw NotFound(name);

    public IReadOnlyList<SynonymMap> All() => [.. _maps.Values.OrderBy(m => m.Name, StringComparer.Ordinal)];

    /// <param name="name">Of a valid form.</param>
    /// <param name="synonyms">Rules, one a line.</param>
    /// <param name="precondition">Of a PUT; null for a POST, which only creates.</param>
    /// <param name="cancellationToken">Gives up waiting for another change.</param>
    /// <exception cref="ServiceException">400, 409 or 412.</exception>
    public async Task<(SynonymMap Map, bool Created)> WriteAsync(
        string name,
        string synonyms,
        Precondition? precondition,
        CancellationToken cancellationToken
    )
    {
        await _changes.WaitAsync(cancellationToken);
        try
        {
            var before = Find(name);
            if (precondition is { } condition)
                condition.Check(before?.ETag);
            else if (before is not null)
                throw ServiceException.AlreadyExists("synonym map", name, "CannotCreateExistingSynonymMap");
            var map = SynonymMap.From(name, synonyms, _etags.Next());
            WriteFile(map);
            _maps[name] = map;
            Interlocked.Increment(ref _version);
            return (map, before is null);
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <exception cref="ServiceException">404 or 412.</exception>
    public async Task DeleteAsync(string name, Precondition precondition, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        try
        {
            precondition.Check(Get(name).ETag);
            File.Delete(FileOf(name));
            _maps.TryRemove(name, out _);
            Interlocked.Increment(ref _version);
        }
        finally
        {
            _changes.Release();
        }
    }

    public void Dispose() => _changes.Dispose();

    // Whole or not at all: the rename is the commit.
    private void WriteFile(SynonymMap map)
    {
        var json = new JsonObject
        {
            ["name"] = map.Name,
            ["etag"] = map.ETag,
            ["synonyms"] = map.Synonyms,
        };
        var file = FileOf(map.Name);
        var unfinished = file + ".new";
        using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, json);
            stream.Flush(flushToDisk: true);
        }
        File.Move(unfinished, file, overwrite: true);
    }

    private string FileOf(string name) => Path.Combine(_folder, name + Extension);

    private static ServiceException NotFound(string name) =>
        new(
            404,
            "",
            $"No synonym map with the name '{name}' was found in the service '{ServiceException.ServiceName}'."
        );
}

/// <summary>One synonym map; <see cref="Synonyms"/> is its text as it was sent.</summary>
internal sealed record SynonymMap(string Name, string Synonyms, string ETag, SynonymRules Rules)
{
    /// <exception cref="ServiceException">400 when a rule cannot be read.</exception>
    public static SynonymMap From(string name, string synonyms, string etag) =>
        new(name, synonyms, etag, SynonymRules.Parse(synonyms.ReplaceLineEndings("\n").Split('\n')));
}
