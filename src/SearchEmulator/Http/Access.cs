using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>Who may do what: keys, and pages of other origins in a browser.</summary>
internal sealed class Access(SearchEmulatorOptions options)
{
    private const int DefaultMaxAge = 300;

    private readonly byte[]? _admin = options.ApiKey is { } key ? Encoding.UTF8.GetBytes(key) : null;
    private readonly byte[][] _query = [.. options.QueryKeys.Select(Encoding.UTF8.GetBytes)];

    /// <exception cref="ServiceException">403.</exception>
    public void CheckKey(HttpRequest request, RequestTarget target)
    {
        if (_admin is null)
            return;
        var given = Encoding.UTF8.GetBytes(request.Headers["api-key"].ToString());
        var isAdmin = CryptographicOperations.FixedTimeEquals(given, _admin);
        var isQuery = false;
        // Only a query key may stand in the URL.
        if (given.Length == 0)
            given = Encoding.UTF8.GetBytes(request.Query["api-key"].ToString());
        foreach (var key in _query)
            isQuery |= CryptographicOperations.FixedTimeEquals(given, key);
        if (!isAdmin && !isQuery)
            throw new ServiceException(403, "", "The api-key header is missing or wrong.");
        if (!isAdmin && !target.ReadsDocuments)
            throw new ServiceException(
                403,
                "",
                "A query key can read documents only; this operation needs the admin key."
            );
    }

    /// <summary>Lets a page in that the index allows. True when the request was only a browser's question whether it would.</summary>
    public static bool Cors(HttpContext http, RequestTarget target, IndexCatalog catalog)
    {
        var origin = http.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || !target.ReadsDocuments || catalog.Find(target.Index!) is not { } index)
            return false;
        if (index.Schema.Definition["corsOptions"] is not JsonObject cors)
            return false;
        string[] allowed = [.. cors["allowedOrigins"]!.AsArray().Select(o => (string)o!)];
        var all = allowed.Contains("*", StringComparer.Ordinal);
        if (!all && !allowed.Contains(origin, StringComparer.OrdinalIgnoreCase))
            return false;
        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = all ? "*" : origin;
        headers.Vary = "Origin";
        var method = http.Request.Headers.AccessControlRequestMethod;
        if (http.Request.Method != "OPTIONS" || method.Count == 0)
            return false;
        headers.AccessControlAllowMethods = method;
        headers.AccessControlAllowHeaders = http.Request.Headers.AccessControlRequestHeaders;
        headers.AccessControlMaxAge = ((int?)cors["maxAgeInSeconds"] ?? DefaultMaxAge).ToString(
            System.Globalization.CultureInfo.InvariantCulture
        );
        http.Response.StatusCode = 200;
        return true;
    }
}
