using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>Compares an answer with a recorded one: members and their order, texts and values; volatile members by shape only.</summary>
internal static partial class RecordingComparison
{
    private const string Score = "@search.score";
    private const double VectorTolerance = 1e-6;

    // Members of later API versions.
    private static readonly HashSet<string> Later =
    [
        "description",
        "permissionFilterOption",
        "purviewEnabled",
        "stored",
        "normalizer",
        "vectorEncoding",
        "permissionFilter",
        "sensitivityLabel",
        "normalizers",
        "vectorizers",
        "compressions",
        "vectorizer",
        "compression",
    ];

    public static void CompareHeaders(IReadOnlyDictionary<string, string> expected, HttpResponseMessage response)
    {
        Header(response, "Content-Type").ShouldBe(expected.GetValueOrDefault("Content-Type"));
        foreach (var name in new[] { "OData-Version", "Preference-Applied", "Content-Language", "Cache-Control" })
            Normal(Header(response, name)).ShouldBe(Normal(expected.GetValueOrDefault(name)), name);
        foreach (var name in new[] { "ETag", "Location" })
            (Header(response, name) is not null).ShouldBe(expected.ContainsKey(name), name);
    }

    public static void Compare(
        JsonNode? expected,
        JsonNode? actual,
        bool setOnly,
        bool isSubset,
        Scoring scoring,
        Uri address
    )
    {
        if (expected is null)
            return;
        if (expected is JsonValue && actual is JsonValue)
        {
            // $count: 2020-06-30 had a byte order mark.
            actual.ToString().ShouldBe(expected.ToString().TrimStart('\uFEFF'));
            return;
        }
        Same(expected, actual, "$", new Rules(setOnly, isSubset, scoring, address));
    }

    private static string? Normal(string? header) => header?.Replace(" ", "", StringComparison.Ordinal);

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values)
        : response.Content.Headers.NonValidated.TryGetValues(name, out var own) ? own.ToString()
        : null;

    private static void Same(JsonNode? expected, JsonNode? actual, string path, Rules rules)
    {
        switch (expected)
        {
            case JsonObject json:
                SameObject(json, actual.ShouldBeOfType<JsonObject>(path), path, rules);
                break;
            case JsonArray array:
                SameArray(array, actual.ShouldBeOfType<JsonArray>(path), path, rules);
                break;
            case JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number:
                SameNumber((double)value, actual, path, rules);
                break;
            case null:
                actual.ShouldBeNull(path);
                break;
            case JsonValue text when text.ToString().StartsWith("$not-transcribed", StringComparison.Ordinal):
                break;
            default:
                actual?.ToString().ShouldBe(rules.Local(expected.ToString()), path);
                break;
        }
    }

    private static void SameObject(JsonObject expected, JsonObject actual, string path, Rules rules)
    {
        var isField = expected.ContainsKey("name") && expected.ContainsKey("type");
        var isIndex = expected.ContainsKey("fields") && expected.ContainsKey("similarity");
        var members = expected.Where(m =>
            // The name "description" is also a field of the hotels.
            !Later.Contains(m.Key) || (m.Key == "description" && !isField && !isIndex)
        );
        var names = members.Select(m => m.Key).ToList();
        var common = actual.Select(m => m.Key).Where(n => names.Contains(n) || !MayBeMissing(n));
        if (names.Remove("$rest"))
            common = common.Take(names.Count);
        // 2025 has "semantic" before "vectorSearch", 2023-11-01 after it.
        var isAnyOrder =
            (isIndex && expected.ContainsKey("normalizers"))
            || path.EndsWith("@search.facets", StringComparison.Ordinal)
            || path.EndsWith("@search.highlights", StringComparison.Ordinal);
        common.ShouldBe(names, ignoreOrder: isAnyOrder, path);
        foreach (var name in names)
        {
            if (name is not "@odata.etag")
                Same(expected[name], actual[name], $"{path}.{name}", rules);
        }
    }

    private static void SameArray(JsonArray expected, JsonArray actual, string path, Rules rules)
    {
        var items = expected.ToList();
        if (
            items.Count > 0
            && items[^1]?.ToString() is { } last
            && last.StartsWith("$truncated", StringComparison.Ordinal)
        )
        {
            items.RemoveAt(items.Count - 1);
            actual.Count.ShouldBe(
                int.Parse(last.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture),
                path
            );
            actual = [.. actual.Take(items.Count).Select(i => i!.DeepClone())];
        }
        if (path == "$.value" && rules.SetOnly)
        {
            items = [.. items.OrderBy(Key, StringComparer.Ordinal)];
            var keys = rules.IsSubset ? items.Select(Key).ToHashSet() : null;
            actual =
            [
                .. actual
                    .Where(i => keys?.Contains(Key(i)) != false)
                    .OrderBy(Key, StringComparer.Ordinal)
                    .Select(i => i!.DeepClone()),
            ];
        }
        actual.Count.ShouldBe(items.Count, path);
        for (var i = 0; i < items.Count; i++)
            Same(items[i], actual[i], $"{path}[{i}]", rules);
    }

    // Only constant and vector scores are the same on every service.
    private static void SameNumber(double expected, JsonNode? actual, string path, Rules rules)
    {
        var found = (double)actual.ShouldNotBeNull(path);
        if (!path.EndsWith(Score, StringComparison.Ordinal))
        {
            if (
                !path.Contains(".counters.", StringComparison.Ordinal)
                && !path.Contains(".limits.", StringComparison.Ordinal)
            )
                found.ShouldBe(expected, path);
        }
        else if (expected == 1)
            found.ShouldBe(1, path);
        else if (rules.Scoring == Scoring.Vector)
            found.ShouldBe(expected, VectorTolerance, path);
        else
            found.ShouldBeGreaterThan(0, path);
    }

    // Left out of the expected answer by RecordingSetup.
    private static bool MayBeMissing(string member) => member is "location";

    private static string Key(JsonNode? document) =>
        (string)(document!["hotelId"] ?? document["Key"] ?? document["key"] ?? document["text"])!;

    [GeneratedRegex("V(?!2020_06_30)20[0-9]{2}(_[0-9]{2}){2}(_Preview)?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ContextVersion();

    private sealed record Rules(bool SetOnly, bool IsSubset, Scoring Scoring, Uri Address)
    {
        public string Local(string text) =>
            ContextVersion()
                .Replace(text, "V2023_11_01")
                .Replace("https://{service}.search.windows.net/", Address.ToString(), StringComparison.Ordinal)
                .Replace("{service}", "search-emulator", StringComparison.Ordinal);
    }
}

/// <summary>Vector scores are the same on every service, within float noise; BM25 depends on its shards.</summary>
internal enum Scoring
{
    Text,
    Vector,
}
