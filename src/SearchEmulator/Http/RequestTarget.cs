namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>
/// A request path taken apart: <c>/indexes('n')/docs('k')</c> is the index "n", then "docs" with the key "k". Both forms of the
/// service's URLs, <c>('n')</c> and <c>/n</c>, give the same result.
/// </summary>
internal sealed record RequestTarget(string Collection, string? Index, string? Part, string? Key, string? Operation)
{
    /// <summary>What a query key is for: every operation on documents but the writing one.</summary>
    public bool ReadsDocuments =>
        Collection == "indexes" && Index is not null && Part == "docs" && Operation is not ("search.index" or "index");

    /// <summary>Reads the raw target: the key has to be decoded after the path is cut at its slashes.</summary>
    public static RequestTarget Parse(string rawTarget)
    {
        var query = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? rawTarget : rawTarget[..query];
        // Clients that join base and path carelessly send a doubled slash, and the service accepts it.
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).ToList();
        if (segments.Count == 0)
            return new RequestTarget("", null, null, null, null);
        var (collection, index) = Split(segments[0]);
        segments.RemoveAt(0);
        if (index is null && segments.Count > 0)
        {
            index = Uri.UnescapeDataString(segments[0]);
            segments.RemoveAt(0);
        }
        if (segments.Count == 0)
            return new RequestTarget(collection, index, null, null, null);
        var (part, key) = Split(segments[0]);
        return new RequestTarget(
            collection,
            index,
            part,
            key,
            segments.Count > 1 ? Uri.UnescapeDataString(string.Join('/', segments.Skip(1))) : null
        );
    }

    // A quote inside a key comes neither doubled nor encoded from some clients, doubled or encoded from others.
    private static (string Name, string? Argument) Split(string segment)
    {
        var text = Uri.UnescapeDataString(segment);
        var open = text.IndexOf("('", StringComparison.Ordinal);
        return open > 0 && text.EndsWith("')", StringComparison.Ordinal) && text.Length >= open + 4
            ? (text[..open], text[(open + 2)..^2].Replace("''", "'", StringComparison.Ordinal))
            : (text, null);
    }
}
