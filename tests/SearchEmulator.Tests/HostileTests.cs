using System.Diagnostics;
using System.Text.Json.Nodes;
using CsCheck;

namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class HostileTests
{
    // Far above what any of them takes; without bounds they take minutes, or the process.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Queries => [.. Bodies.Keys];

    private static readonly Dictionary<string, Func<object>> Bodies = new(StringComparer.Ordinal)
    {
        ["30,000 parentheses, simple"] = () => new { search = Repeat("(a ", 30_000) },
        ["30,000 parentheses, full"] = () => Full(Repeat("(a ", 30_000)),
        ["30,000 signs and parentheses"] = () => Full(Repeat("+(", 30_000)),
        ["parentheses of a regular expression"] = () => Full($"/{Repeat("(", 30_000)}a/"),
        ["exponential regular expression"] = () => Full("/.*a.{16}/ /.*a.{30}b/ /(a|b)*a(a|b){25}/"),
        ["complements and intersections"] = () =>
            Full("/~(.*a.{16})/ /(.*a.{12}&.*b.{13}&~(.*c.{11}))/ /~(~(~(a*b.{20})*)*)*/ /~((a|b)*a(a|b){25}).*/"),
        ["many complements"] = () => Full($"/{Repeat("~(.*a.{9})", 90)}/"),
        ["optional characters"] = () => Full($"/{Repeat("a?", 400)}b/ /{Repeat("(a?b?)?", 140)}/"),
        ["intersections by the hundred"] = () =>
            Full($"/{string.Join('&', Enumerable.Range(1, 110).Select(i => $".*a.{{{i % 9}}}"))}/"),
        ["large intervals"] = () => Full("/<0-2147483647>.*<1-999999999>@<00-99>/"),
        ["nested repeats"] = () => Full("/((a{1000}){1000}){1000}/"),
        ["repeated stars"] = () => Full("/(((a*)*)*)*b/ /(a|a)*b/ /(.*)*x/"),
        ["exponential wildcard"] = () => Full($"a*a{new string('?', 500)}"),
        ["wildcards by the thousand"] = () => Full(Repeat("a*b ", 3000)),
        ["200 fuzzies"] = () => Full(string.Join(' ', Enumerable.Range(0, 200).Select(i => $"abcdefgh{i}~2"))),
        ["long fuzzy"] = () => Full(new string('a', 90_000) + "~"),
        ["fuzzy of 255 different characters"] = () =>
            Full(new string([.. Enumerable.Range(0x4e00, 255).Select(c => (char)c)]) + "~2"),
        ["a word of 100 KB"] = () => Full(new string('a', 100_000)),
        ["a prefix of 100 KB"] = () => new { search = new string('a', 99_000) + "*" },
        ["3,000 clauses"] = () => Full(string.Join(' ', Enumerable.Range(0, 2900).Select(i => $"w{i}"))),
        ["3,000 clauses, simple"] = () =>
            new { search = string.Join(' ', Enumerable.Range(0, 2900).Select(i => $"w{i}")) },
        ["3,000 clauses that match"] = () =>
            Full(string.Join(' ', Enumerable.Range(0, 2900).Select(i => $"ab{i % 500}"))),
        ["10,000 clauses"] = () => Full(string.Join(' ', Enumerable.Range(0, 10_000).Select(i => $"w{i}"))),
        ["proximity"] = () => Full($"\"{Repeat("a b ", 2000)}\"~1000000"),
        ["deep filter"] = () => new { filter = new string('(', 30_000) + "true" + new string(')', 30_000) },
        ["deep lambdas"] = () => new { filter = Repeat("rooms/any(r: r/tags/any(t: ", 30_000) },
        ["3,000 filter clauses"] = () =>
            new { filter = string.Join(" or ", Enumerable.Repeat("rooms/any(r: r/rate gt 1000)", 1400)) },
        ["many text filters"] = () =>
            new { filter = string.Join(" or ", Enumerable.Repeat("search.ismatch('a*')", 1000)) },
        ["bombs in a text filter"] = () => new { filter = "search.ismatch('/.*a.{25}/', null, 'full', 'any')" },
        ["long search.in"] = () => new { filter = $"search.in(id, '{Repeat("abc,", 200_000)}')" },
        ["1 MB of facets"] = () => new { facets = Enumerable.Repeat("tags,count:5", 80_000) },
        ["1 MB facet"] = () =>
            new { facets = new[] { "stars,values:" + string.Join('|', Enumerable.Range(0, 150_000)) } },
        ["facet of parts"] = () => new { facets = new[] { "tags" + Repeat(",a:b", 250_000) } },
        ["1 MB of order"] = () => new { orderby = Repeat("stars,", 170_000) + "id" },
        ["1 MB of select"] = () => new { select = Repeat("id,", 350_000) },
        ["1 MB of highlight"] = () => new { search = "a", highlight = Repeat("text-5,", 140_000) },
        ["bomb in a highlight"] = () =>
            new
            {
                search = "/.*a.{12}/ a~ boat*",
                queryType = "full",
                highlight = "text,name,zh",
            },
        ["fuzzies highlighted on a long page"] = () =>
            new
            {
                search = string.Join(' ', Enumerable.Range(0, 10).Select(i => $"text:ab{i}~ text:/.*b{i}.*/")),
                queryType = "full",
                highlight = "text,name,zh",
                top = 1000,
            },
        ["phrases highlighted on a long page"] = () =>
            new
            {
                search = string.Join(' ', Enumerable.Range(0, 1000).Select(i => $"\"ab{i} c{i}\" ab{i}")),
                highlight = "text",
                top = 1000,
            },
        ["tags of 1 MB"] = () =>
            new
            {
                search = "boat",
                highlight = "text",
                highlightPreTag = new string('<', 1 << 20),
            },
        ["parameters"] = () =>
            new { scoringProfile = "tagged", scoringParameters = new[] { "mine-" + Repeat("'a,", 300_000) } },
        ["deep JSON"] = () => Repeat("[", 100_000),
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_hostile_query_is_answered_or_refused_and_the_process_lives(string name)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        await emulator.IndexAsync(
            PlaceIndex.Name,
            [
                .. Enumerable
                    .Range(0, 500)
                    .Select(i => new { id = $"x{i}", text = $"{new string('a', 30)} ab{i} {Repeat("a b ", 50)}" }),
            ]
        );
        var (watch, used) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var (response, answer) = await emulator.SendAsync(
            "POST",
            $"indexes('places')/docs/search.post.search?{Emulator.Version}",
            Bodies[name]()
        );
        watch.Elapsed.ShouldBeLessThan(Patience);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name}: {(int)response.StatusCode} in {watch.Elapsed.TotalSeconds:F2} s, of which processors {(Environment.CpuUsage.TotalTime - used).TotalSeconds:F2} s"
        );
        ((int)response.StatusCode).ShouldBeOneOf(200, 400);
        if ((int)response.StatusCode == 400)
            ShouldBeAzures(answer!);
        (await emulator.KeysAsync(PlaceIndex.Name, new { search = "quiet" })).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_query_that_has_had_its_time_is_refused_and_says_so()
    {
        await using var emulator = await PlaceIndex.StartAsync(o =>
            o with
            {
                LongestQuery = TimeSpan.FromMilliseconds(1),
            }
        );
        await emulator.IndexAsync(
            PlaceIndex.Name,
            [.. Enumerable.Range(0, 1000).Select(i => new { id = $"x{i}", text = Repeat("a b ", 50) })]
        );
        var filter = string.Join(" or ", Enumerable.Repeat("tags/any(t: t eq 'none') or price gt 1000", 700));
        var error = await emulator.RefusedAsync(PlaceIndex.Name, new { filter });
        ((string)error["details"]![0]!["code"]!).ShouldBe("QueryTooCostly");
        ((string)error["message"]!).ShouldContain("0.001 s");
    }

    [Theory]
    [InlineData("[NaN,0,0,0]")]
    [InlineData("[\"NaN\",0,0,0]")]
    [InlineData("[1e39,0,0,0]")]
    [InlineData("[null,0,0,0]")]
    [InlineData("[[1],0,0,0]")]
    [InlineData("[1,0,0]")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    public async Task A_vector_that_is_no_vector_is_refused(string vector)
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync("things", [new { id = "a", vector = new[] { 1, 0, 0, 0 } }]);
        var body = $$"""{"vectorQueries":[{"kind":"vector","fields":"vector","k":3,"vector":{{vector}}}]}""";
        var (response, answer) = await emulator.SendAsync(
            "POST",
            $"indexes('things')/docs/search.post.search?{Emulator.Version}",
            body
        );
        ((int)response.StatusCode).ShouldBe(400);
        ShouldBeAzures(answer!);
    }

    [Theory]
    [InlineData("""{"top":-1}""")]
    [InlineData("""{"skip":100001}""")]
    [InlineData("""{"top":"5"}""")]
    [InlineData("""{"filter":5}""")]
    [InlineData("""{"facets":"tags"}""")]
    [InlineData("""{"searchFields":"stars"}""")]
    [InlineData("""{"searchMode":"some"}""")]
    [InlineData("""{"queryType":"Full"}""")]
    [InlineData("""{"scoringStatistics":"shard"}""")]
    [InlineData("""{"minimumCoverage":-1}""")]
    [InlineData("""{"search":"\ud800"}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task A_refusal_has_the_shape_of_the_service(string body)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var (response, answer) = await emulator.SendAsync(
            "POST",
            $"indexes('places')/docs/search.post.search?{Emulator.Version}",
            body
        );
        ((int)response.StatusCode).ShouldBe(400);
        ShouldBeAzures(answer!);
    }

    [Fact]
    public async Task Random_parameters_are_answered_or_refused()
    {
        await using var emulator = await PlaceIndex.StartAsync();
        string[] words =
        [
            "a",
            "boat",
            "harbour",
            "装订",
            "name",
            "text",
            "text-2",
            "tags",
            "stars",
            "built",
            "rooms/type",
            "address/city",
            "spot",
            "id",
            "nope",
            ":",
            "\"",
            "'",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "/",
            "\\",
            "*",
            "?",
            "~",
            "~2",
            "^",
            "^2",
            "+",
            "-",
            "!",
            "&&",
            "||",
            "AND",
            "OR",
            "NOT",
            " TO ",
            ",",
            "|",
            ".",
            "@",
            "#",
            "<",
            ">",
            "&",
            "=",
            "$",
            "count:",
            "sort:value",
            "values:1|2",
            "interval:year",
            "interval:2",
            "timeoffset:+01:00",
            "asc",
            "desc",
            "geo.distance(spot, geography'POINT(1 2)')",
            "search.score()",
            "search.ismatch('a')",
            "eq",
            "1",
            "-1.5",
            "null",
            "é",
            "\u0301",
            "\u3000",
            " ",
            "\n",
        ];
        string[] parameters =
        [
            "search",
            "search",
            "search",
            "search",
            "filter",
            "orderby",
            "facets",
            "highlight",
            "select",
            "searchFields",
            "scoringParameters",
        ];
        var refused = 0;
        await Gen.Select(Gen.OneOf(parameters), Gen.OneOf(words).List[1, 12], Gen.Bool)
            .SampleAsync(
                async (parameter, parts, isFull) =>
                {
                    var text = string.Concat(parts);
                    var body = new JsonObject
                    {
                        ["search"] = "boat",
                        ["highlight"] = "text,zh,tags",
                        ["queryType"] = isFull ? "full" : "simple",
                        [parameter] = parameter is "facets" or "scoringParameters" ? new JsonArray(text) : text,
                    };
                    if (parameter == "scoringParameters")
                        body["scoringProfile"] = "near";
                    var (response, answer) = await emulator.SendAsync(
                        "POST",
                        $"indexes('places')/docs/search.post.search?{Emulator.Version}",
                        body.ToJsonString()
                    );
                    if ((int)response.StatusCode is not (200 or 400))
                        throw new InvalidOperationException($"{(int)response.StatusCode} for {body.ToJsonString()}");
                    if ((int)response.StatusCode == 400)
                    {
                        refused++;
                        ShouldBeAzures(answer!);
                    }
                },
                iter: 3000,
                threads: 1
            );
        refused.ShouldBeInRange(300, 2700);
    }

    private static void ShouldBeAzures(JsonNode answer)
    {
        var error = answer["error"]!;
        error["code"].ShouldNotBeNull();
        ((string)error["message"]!).Length.ShouldBeInRange(1, 4000);
        if (error["details"] is JsonArray details)
            details.ShouldAllBe(d => d!["code"] != null && d["message"] != null);
    }

    private static object Full(string search) => new { search, queryType = "full" };

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
