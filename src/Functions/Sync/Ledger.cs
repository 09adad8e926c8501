using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using EmbeddingFunctions.Functions.Configuration;

namespace EmbeddingFunctions.Functions.Sync;

/// <summary>The table that answers "what became of my file". Thread-safe.</summary>
internal sealed class Ledger(StorageAccount storage, TimeProvider time)
{
    /// <summary>Azure Table refuses text properties over 32,768 characters; a reason needs far less.</summary>
    private const int LongestReason = 1000;

    public async Task<LedgerRow?> FindAsync(DocumentPath document, CancellationToken cancellationToken)
    {
        await storage.EnsureAsync(cancellationToken);
        var found = await storage.Ledger.GetEntityIfExistsAsync<TableEntity>(
            document.Container,
            document.Id,
            cancellationToken: cancellationToken
        );
        return found.HasValue ? LedgerRow.Of(found.Value!) : null;
    }

    /// <summary>Writes a row whole, stamped with the time. For who has the claim on the document.</summary>
    public async Task WriteAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        await storage.EnsureAsync(cancellationToken);
        await storage.Ledger.UpsertEntityAsync(Stamped(row), TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Writes a row unless it was written since it was read. For who has no claim on the document.</summary>
    /// <returns>False if it was.</returns>
    public async Task<bool> TryWriteAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        await storage.EnsureAsync(cancellationToken);
        try
        {
            await (
                row.Version == default
                    ? storage.Ledger.AddEntityAsync(Stamped(row), cancellationToken)
                    : storage.Ledger.UpdateEntityAsync(
                        Stamped(row),
                        row.Version,
                        TableUpdateMode.Replace,
                        cancellationToken
                    )
            );
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    /// <summary>Forgets a document, unless its row was written since it was read.</summary>
    public Task ForgetAsync(LedgerRow row, CancellationToken cancellationToken) =>
        storage.Ledger.DeleteEntityAsync(row.Document.Container, row.Document.Id, row.Version, cancellationToken);

    private TableEntity Stamped(LedgerRow row) =>
        (
            row with
            {
                Updated = time.GetUtcNow(),
                Reason = row.Reason.Length <= LongestReason ? row.Reason : row.Reason[..LongestReason],
            }
        ).ToEntity();

    /// <summary>Rows of a container that match, in no order a reader should rely on.</summary>
    public async IAsyncEnumerable<Page<TableEntity>> PagesAsync(
        LedgerQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await storage.EnsureAsync(cancellationToken);
        var pages = storage
            .Ledger.QueryAsync<TableEntity>(query.ToFilter(), query.PageSize, cancellationToken: cancellationToken)
            .AsPages(query.Continuation, query.PageSize);
        await foreach (var page in pages.WithCancellation(cancellationToken))
        {
            yield return page;
        }
    }

    /// <summary>All rows that match.</summary>
    public async IAsyncEnumerable<LedgerRow> RowsAsync(
        LedgerQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var page in PagesAsync(query, cancellationToken))
        {
            foreach (var entity in page.Values)
            {
                yield return LedgerRow.Of(entity);
            }
        }
    }
}

/// <summary>Which rows of the ledger.</summary>
internal sealed record LedgerQuery(string Container)
{
    public DocumentState? State { get; init; }

    /// <summary>Only paths that begin with this.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Only rows written at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Where an earlier answer ended.</summary>
    public string? Continuation { get; init; }

    /// <summary>Rows of a page, 1 to 1000.</summary>
    public int PageSize { get; init; } = 1000;

    public string ToFilter()
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Container}");
        if (State is { } state)
        {
            filter += TableClient.CreateQueryFilter($" and State eq {state.ToString()}");
        }

        if (Since is { } since)
        {
            filter += TableClient.CreateQueryFilter($" and Updated ge {since}");
        }

        if (Prefix.Length > 0)
        {
            // U+FFFF sorts after every character of a path
            filter += TableClient.CreateQueryFilter($" and Path ge {Prefix} and Path lt {Prefix + '\uffff'}");
        }

        return filter;
    }
}
