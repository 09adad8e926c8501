using System.Net.Http.Headers;
using System.Text.Json;

namespace EmbeddingFunctions.Local.Progress;

/// <summary>What the functions say of themselves and of documents; null while they cannot say it.</summary>
internal sealed class FunctionsClient(Uri address, string? key) : IDisposable
{
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>live, ready, or failed with a reason.</summary>
    public Task<Health?> HealthAsync(CancellationToken cancellationToken) =>
        GetAsync<Health>("api/health", cancellationToken);

    /// <summary>A page of the documents that changed since then.</summary>
    public Task<DocumentPage?> DocumentsAsync(
        string container,
        DateTimeOffset? since,
        string? continuation,
        CancellationToken cancellationToken
    )
    {
        var query = $"api/documents?top=1000&container={Uri.EscapeDataString(container)}";
        if (since is { } time)
        {
            query += $"&since={Uri.EscapeDataString(time.ToString("O"))}";
        }
        if (continuation is not null)
        {
            query += $"&continuation={Uri.EscapeDataString(continuation)}";
        }
        return GetAsync<DocumentPage>(query, cancellationToken);
    }

    public void Dispose() => _client.Dispose();

    private async Task<T?> GetAsync<T>(string path, CancellationToken cancellationToken)
        where T : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        if (key is { Length: > 0 })
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            using var answer = await _client.SendAsync(request, timeout.Token);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<T>(Wire, timeout.Token) : null;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };
}

internal sealed record Health(string? Status, string? Reason);

internal sealed record DocumentPage(IReadOnlyList<DocumentRow>? Documents, string? Continuation);

/// <summary>What became of a document.</summary>
internal sealed record DocumentRow
{
    public required string Document { get; init; }
    public required string Path { get; init; }
    public required string State { get; init; }
    public string? Stage { get; init; }
    public string? Reason { get; init; }
    public int Chunks { get; init; }
    public int Attempts { get; init; }
    public DateTimeOffset Updated { get; init; }
    public long TookMs { get; init; }

    /// <summary>Nothing more happens to it by itself.</summary>
    public bool IsFinal => State is "Indexed" or "Skipped" or "Failed" or "Removed";
}
