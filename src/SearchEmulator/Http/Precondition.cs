namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>Conditions of <c>If-Match</c> and <c>If-None-Match</c>; both may be <c>*</c>.</summary>
internal readonly record struct Precondition(string? IfMatch, string? IfNoneMatch)
{
    public static Precondition Of(HttpContext http) =>
        new(NullIfEmpty(http.Request.Headers.IfMatch), NullIfEmpty(http.Request.Headers.IfNoneMatch));

    /// <exception cref="ServiceException">412.</exception>
    public void Check(string? etag)
    {
        var fails =
            (IfMatch is not null && (etag is null || (IfMatch != "*" && IfMatch != etag)))
            || (IfNoneMatch is not null && etag is not null && (IfNoneMatch == "*" || IfNoneMatch == etag));
        if (fails)
            throw ServiceException.PreconditionFailed();
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
