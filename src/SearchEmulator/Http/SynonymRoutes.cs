using System.Text.Json;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>Synonym maps: rules that every index of the service may use.</summary>
internal sealed partial class SynonymRoutes(SynonymCatalog catalog)
{
    public async Task CreateAsync(HttpContext http, Answer answer)
    {
        var (name, synonyms) = await ReadAsync(http);
        var (map, _) = await catalog.WriteAsync(name, synonyms, null, http.RequestAborted);
        await WriteAsync(201, map, answer);
    }

    public async Task PutAsync(string name, HttpContext http, Answer answer)
    {
        var (given, synonyms) = await ReadAsync(http);
        if (given != name)
            throw ServiceException.InvalidBody(
                $"synonymMap : The name '{given}' in the body is not the name '{name}' in the URL.\r\n"
            );
        var (map, created) = await catalog.WriteAsync(name, synonyms, Precondition.Of(http), http.RequestAborted);
        if (created || answer.WantsUpdated)
            await WriteAsync(created ? 201 : 200, map, answer);
        else
            await answer.NoContentAsync(map.ETag);
    }

    public Task GetAsync(string name, Answer answer) => WriteAsync(200, catalog.Get(name), answer);

    public async Task DeleteAsync(string name, HttpContext http, Answer answer)
    {
        await catalog.DeleteAsync(name, Precondition.Of(http), http.RequestAborted);
        await answer.NoContentAsync();
    }

    public Task ListAsync(HttpContext http, Answer answer) =>
        answer.ListAsync(
            "synonymmaps",
            http.Request.Query["$select"].ToString(),
            catalog.All(),
            map => map.Name,
            Members
        );

    private static async Task<(string Name, string Synonyms)> ReadAsync(HttpContext http)
    {
        using var body = RequestBody.Parse(await RequestBody.ReadAsync(http.Request, http.RequestAborted));
        var json = new JsonMembers(
            body.RootElement,
            "SynonymMap",
            ["@odata.etag", "@odata.context", "name", "format", "synonyms", "encryptionKey"]
        );
        json.RefuseAny("encryptionKey");
        var name = json.RequiredText("name");
        if (!Name().IsMatch(name))
            throw new ServiceException(
                400,
                "InvalidName",
                $"Invalid synonym map name: '{name}'. Synonym map names must only contain lowercase letters, digits or dashes, cannot start or end with dashes, and are limited to 128 characters."
            );
        if (json.RequiredText("format") is not "solr" and var format)
            throw ServiceException.NotSupported($"The synonym map format '{format}' ('solr' is)");
        return (name, json.Text("synonyms") ?? "");
    }

    private static Task WriteAsync(int status, SynonymMap map, Answer answer) =>
        answer.EntityAsync(status, "synonymmaps", map.Name, map.ETag, writer => Members(writer, map));

    private static void Members(Utf8JsonWriter writer, SynonymMap map)
    {
        writer.WriteString("@odata.etag", map.ETag);
        writer.WriteString("name", map.Name);
        writer.WriteString("format", "solr");
        writer.WriteString("synonyms", map.Synonyms);
        writer.WriteNull("encryptionKey");
    }

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,126}[a-z0-9])?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
