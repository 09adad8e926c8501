using System.Runtime.CompilerServices;
using Azure;
using Azure.Search.Documents;
using Azure.Search.Documents.Models;

namespace EmbeddingFunctions.Functions.Index;

using ChunkAction = IndexDocumentsAction<SearchDocument>;

/// <summary>Writes chunks to the index and accounts for each of them. Thread-safe.</summary>
internal sealed class ChunkIndex(SearchConnection search, IndexSchema schema, TimeProvider time)
{
    /// <summary>The service takes 16 MB; half of it leaves room for an estimate that is off.</summary>
    private const long MostBytes = 8 << 20;
    private const int MostActions = 1000;
    private const int Tries = 5;

    /// <summary>Creates the index, or makes sure that the one there fits; once.</summary>
    /// <exception cref="IndexMismatchException">It does not.</exception>
    public Task EnsureAsync(CancellationToken cancellationToken) => schema.EnsureAsync(cancellationToken);

    /// <summary>Adds or replaces chunks. Returns when the index has acknowledged every one.</summary>
    public async Task UploadAsync(IEnumerable<SearchDocument> chunks, CancellationToken cancellationToken) =>
        _ = await WriteAsync(chunks.Select(IndexDocumentsAction.Upload), cancellationToken);

    /// <summary>Changes fields of chunks that are there. Returns the keys of those that are not.</summary>
    public Task<IReadOnlyList<string>> MergeAsync(
        IEnumerable<SearchDocument> chunks,
        CancellationToken cancellationToken
    ) => WriteAsync(chunks.Select(IndexDocumentsAction.Merge), cancellationToken);

    /// <summary>Deletes chunks; those that are gone already count as deleted.</summary>
    public async Task DeleteAsync(IEnumerable<string> keys, CancellationToken cancellationToken) =>
        _ = await WriteAsync(
            keys.Select(key => IndexDocumentsAction.Delete(new SearchDocument { [Fields.Id] = key })),
            cancellationToken
        );

    /// <summary>Chunks of a container.</summary>
    public async Task<long> CountAsync(string container, CancellationToken cancellationToken)
    {
        var options = new SearchOptions
        {
            Filter = SearchFilter.Create($"container eq {container}"),
            IncludeTotalCount = true,
            Size = 0,
        };
        return (await SearchAsync(options, cancellationToken)).TotalCount ?? 0;
    }

    /// <summary>Keys in order, with the document each belongs to; all of a container, or of one document in it.</summary>
    public async IAsyncEnumerable<(string Key, string Document)> KeysAsync(
        string container,
        string? document,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var last = "";
        while (true)
        {
            var filter = SearchFilter.Create($"id gt {last} and container eq {container}");
            if (document is not null)
            {
                filter += SearchFilter.Create($" and document eq {document}");
            }

            var options = new SearchOptions { Filter = filter, Size = MostActions };
            options.Select.Add(Fields.Id);
            options.Select.Add(Fields.Document);
            options.OrderBy.Add(Fields.Id);
            var found = 0;
            var page = await SearchAsync(options, cancellationToken);
            await foreach (var result in page.GetResultsAsync().WithCancellation(cancellationToken))
            {
                found++;
                last = (string)result.Document[Fields.Id];
                yield return (last, (string)result.Document[Fields.Document]);
            }

            if (found < MostActions)
            {
                yield break;
            }
        }
    }

    private Task<SearchResults<SearchDocument>> SearchAsync(
        SearchOptions options,
        CancellationToken cancellationToken
    ) => SearchAsync(null, options, cancellationToken);

    /// <summary>One search; <paramref name="text"/> null finds by vector or filter alone.</summary>
    public async Task<SearchResults<SearchDocument>> SearchAsync(
        string? text,
        SearchOptions options,
        CancellationToken cancellationToken
    )
    {
        return await InIndexAsync(
            async () => await search.Chunks.SearchAsync<SearchDocument>(text, options, cancellationToken),
            cancellationToken
        );
    }

    /// <summary>An index that was deleted under a running app is created once more; Reconcile fills it.</summary>
    private async Task<T> InIndexAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        await schema.EnsureAsync(cancellationToken);
        try
        {
            return await call();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            schema.Again();
            await schema.EnsureAsync(cancellationToken);
            return await call();
        }
    }

    private async Task<IReadOnlyList<string>> WriteAsync(
        IEnumerable<ChunkAction> actions,
        CancellationToken cancellationToken
    )
    {
        List<string> missing = [];
        foreach (var batch in Batches(actions))
        {
            await WriteBatchAsync(batch, missing, cancellationToken);
        }

        return missing;
    }

    private async Task WriteBatchAsync(
        IReadOnlyList<ChunkAction> batch,
        List<string> missing,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            IReadOnlyList<IndexingResult> results;
            try
            {
                var sent = IndexDocumentsBatch.Create([.. batch]);
                results = await InIndexAsync(
                    async () =>
                        (await search.Chunks.IndexDocumentsAsync(sent, cancellationToken: cancellationToken))
                            .Value
                            .Results,
                    cancellationToken
                );
            }
            catch (RequestFailedException e) when (e.Status == 413 && batch.Count > 1)
            {
                await WriteBatchAsync([.. batch.Take(batch.Count / 2)], missing, cancellationToken);
                await WriteBatchAsync([.. batch.Skip(batch.Count / 2)], missing, cancellationToken);
                return;
            }

            batch = Unwritten(batch, results, missing);
            if (batch.Count == 0)
            {
                return;
            }

            if (attempt == Tries)
            {
                throw new IndexWriteException(
                    $"{batch.Count} chunks were put off by the index {Tries} times (busy or in conflict)."
                );
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200 << attempt), time, cancellationToken);
        }
    }

    /// <summary>What has to be sent again. A whole answer of 207 counts for nothing; only each item's own status does.</summary>
    private static List<ChunkAction> Unwritten(
        IReadOnlyList<ChunkAction> batch,
        IReadOnlyList<IndexingResult> results,
        List<string> missing
    )
    {
        var byKey = results.ToDictionary(result => result.Key, StringComparer.Ordinal);
        List<ChunkAction> again = [];
        foreach (var action in batch)
        {
            var key = (string)action.Document[Fields.Id];
            switch (byKey.GetValueOrDefault(key))
            {
                case { Succeeded: true }:
                    break;
                case { Status: 404 } when action.ActionType == IndexActionType.Merge:
                    missing.Add(key);
                    break;
                case null or { Status: 409 or 422 or 429 or 503 }:
                    again.Add(action);
                    break;
                case var refused:
                    throw new IndexWriteException(
                        $"The index refused chunk {key} with {refused.Status}: {refused.ErrorMessage}"
                    );
            }
        }

        return again;
    }

    private static IEnumerable<IReadOnlyList<ChunkAction>> Batches(IEnumerable<ChunkAction> actions)
    {
        List<ChunkAction> batch = [];
        var bytes = 0L;
        foreach (var action in actions)
        {
            var size = EstimatedBytes(action.Document);
            if (batch.Count > 0 && (batch.Count == MostActions || bytes + size > MostBytes))
            {
                yield return batch;
                batch = [];
                bytes = 0;
            }

            batch.Add(action);
            bytes += size;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    /// <summary>The client writes ASCII: a Han character takes 6 bytes, a float up to 14.</summary>
    private static long EstimatedBytes(SearchDocument document) =>
        document.Sum(field =>
            field.Value switch
            {
                string text => 64 + (6L * text.Length),
                float[] vector => 64 + (14L * vector.Length),
                IEnumerable<string> texts => 64 + texts.Sum(text => 4 + (6L * text.Length)),
                _ => 64,
            }
        );
}

/// <summary>The index did not take a chunk.</summary>
internal sealed class IndexWriteException(string message) : Exception(message);
