namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>A version of the service's API. The later one adds vectors and semantic settings to the earlier, and changes nothing else here.</summary>
internal sealed record ApiVersion(string Name, bool HasVectors)
{
    public static readonly ApiVersion V2020 = new("2020-06-30", HasVectors: false);
    public static readonly ApiVersion V2023 = new("2023-11-01", HasVectors: true);

    private static readonly ApiVersion[] All = [V2023, V2020];

    /// <summary>Of type names in contexts and messages.</summary>
    public string TypePrefix { get; } = "Microsoft.Azure.Search.V" + Name.Replace('-', '_');

    /// <exception cref="ServiceException">400 in the words of the service when there is none, or another one.</exception>
    public static ApiVersion Of(HttpRequest request)
    {
        var name = request.Query["api-version"].ToString();
        return Array.Find(All, v => v.Name == name)
            ?? throw new ServiceException(
                400,
                "",
                "Invalid or missing api-version query string parameter.",
                new ErrorDetail(
                    "ApiVersionNotSupportedInEmulator",
                    $"'{name}' was found; {string.Join(" and ", All.Select(v => v.Name))} are supported by this emulator."
                )
            );
    }
}
