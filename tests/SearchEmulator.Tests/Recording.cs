using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.SearchEmulator.Tests;

internal sealed partial record Recording(string ApiVersion, string Setup, IReadOnlyList<Exchange> Exchanges)
{
    public static Recording Load(string file)
    {
        var json = Read(file + ".json");
        return new Recording(
            (string)json["apiVersion"]!,
            (string)json["setup"]!,
            [
                .. json["exchanges"]!
                    .AsArray()
                    .Select(e => new Exchange(
                        new RecordedRequest(
                            (string)e!["request"]!["method"]!,
                            Version().Replace((string)e["request"]!["path"]!, Emulator.Version),
                            Strings(e["request"]!["headers"]),
                            e["request"]!["body"]
                        ),
                        (int)e["response"]!["status"]!,
                        Strings(e["response"]!["headers"]),
                        e["response"]!["body"]
                    )),
            ]
        );
    }

    public static JsonNode Read(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Shared.Recordings, file)))!;

    private static Dictionary<string, string> Strings(JsonNode? headers) =>
        headers?.AsObject().ToDictionary(h => h.Key, h => (string)h.Value!, StringComparer.OrdinalIgnoreCase) ?? [];

    // Other versions than the two that the emulator has.
    [GeneratedRegex("api-version=(?!2020-06-30)[^&]*", RegexOptions.None, 1000)]
    private static partial Regex Version();
}

internal sealed record RecordedRequest(
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    JsonNode? Body
);

internal sealed record Exchange(
    RecordedRequest Request,
    int Status,
    IReadOnlyDictionary<string, string> Headers,
    JsonNode? Body
);
