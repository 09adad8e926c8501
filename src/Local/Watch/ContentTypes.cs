using Microsoft.AspNetCore.StaticFiles;

namespace EmbeddingFunctions.Local.Watch;

/// <summary>Content types by file extension.</summary>
internal static class ContentTypes
{
    private static readonly FileExtensionContentTypeProvider Known = new()
    {
        Mappings =
        {
            [".json"] = "application/json",
            [".jsonl"] = "application/jsonl",
            [".markdown"] = "text/markdown",
            [".md"] = "text/markdown",
            [".yaml"] = "application/yaml",
            [".yml"] = "application/yaml",
        },
    };

    public static string Of(string name) =>
        Known.TryGetContentType(name, out var type) ? type : "application/octet-stream";
}
