using CsCheck;

namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class TextTests
{
    [Theory]
    [InlineData("\"brown fox\"", "any", "a")]
    [InlineData("fox dog", "any", "a b c")]
    [InlineData("fox dog", "all", "c")]
    [InlineData("fox + dog", "any", "c")]
    [InlineData("fox -dog", "all", "a")]
    [InlineData("brow*", "any", "a")]
    [InlineData("BROW*", "any", "a")]
    [InlineData("(fox | cat) + dog", "any", "c")]
    [InlineData("fox ...", "all", "a c")]
    public async Task The_simple_syntax_finds(string search, string searchMode, string expected)
    {
        await using var emulator = await AnimalsAsync();
        var keys = await emulator.KeysAsync(
            "things",
            new
            {
                search,
                searchMode,
                select = "id",
            }
        );
        keys.Order().ShouldBe(expected.Split(' '));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("  ")]
    public async Task Nothing_to_search_for_matches_everything_with_score_one(string search)
    {
        await using var emulator = await AnimalsAsync();
        var answer = await emulator.SearchAsync("things", new { search, count = true });
        ((int)answer["@odata.count"]!).ShouldBe(3);
        answer["value"]!.AsArray().Select(d => (double)d!["@search.score"]!).ShouldAllBe(s => s == 1);
    }

    [Theory]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("\"")]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("/[/")]
    [InlineData("~2 ^3 && || ! : ? []{}")]
    [InlineData("\\")]
    [InlineData("a\\")]
    [InlineData("\"*\"")]
    [InlineData("((((\"")]
    public async Task Odd_text_is_never_an_error(string search)
    {
        await using var emulator = await AnimalsAsync();
        foreach (var searchMode in new[] { "any", "all" })
            (await emulator.SearchAsync("things", new { search, searchMode }))["value"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Random_text_of_operators_letters_and_han_is_never_an_error()
    {
        await using var emulator = await AnimalsAsync("zh-Hans.lucene");
        var text = Gen.OneOf(
                Gen.OneOf('+', '-', '|', '"', '(', ')', '*', '~', '^', '\\', ' ', ':', '/', '?', '[', ']', '&', '!'),
                Gen.Char['a', 'f'],
                Gen.Char['一', '三'],
                Gen.OneOf('é', 'ß', 'あ', '한', '\u0301', '\u3000', '。')
            )
            .Array[0, 40]
            .Select(c => new string(c));
        await text.SampleAsync(
            async search =>
            {
                var body = new { search, searchMode = "all" };
                (await emulator.SearchAsync("things", body))["value"].ShouldNotBeNull();
            },
            iter: 500,
            threads: 1
        );
    }

    [Fact]
    public async Task Hostile_text_is_answered_or_refused_and_never_crashes()
    {
        await using var emulator = await AnimalsAsync("zh-Hans.lucene");
        var deep = string.Concat(Enumerable.Repeat("(a ", 30_000));
        ((string)(await emulator.RefusedAsync("things", new { search = deep }))["message"]!).ShouldContain("nests");
        await emulator.RefusedAsync("things", new { search = new string('a', 100_001) });
        await emulator.RefusedAsync("things", new { search = string.Join(' ', Enumerable.Range(0, 10_000)) });
        await emulator.SearchAsync("things", new { search = new string('a', 100_000) });
        await emulator.SearchAsync("things", new { search = string.Concat(Enumerable.Repeat("-", 50_000)) });
        await emulator.SearchAsync("things", new { search = string.Concat(Enumerable.Repeat("-a ", 900)) });
        (await emulator.KeysAsync("things", new { search = "fox" })).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Chinese_is_found_by_its_words_in_a_long_text()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything(analyzer: "zh-Hans.lucene"));
        await emulator.IndexAsync(
            "things",
            [
                new { id = "plants", body = "植物通过光合作用把阳光变成能量。" },
                new { id = "bank", body = "中国人民银行发布了新的货币政策。" },
                new { id = "mixed", body = "使用 Azure Functions 处理文档 and running embeddings" },
            ]
        );
        (await emulator.KeysAsync("things", new { search = "光合作用" })).ShouldBe(["plants"]);
        (await emulator.KeysAsync("things", new { search = "货币政策" })).First().ShouldBe("bank");
        (await emulator.KeysAsync("things", new { search = "embedding run" })).ShouldBe(["mixed"]);
    }

    [Theory]
    [InlineData("keyword", "Blue Whale", "whale", 0)]
    [InlineData("whitespace", "Blue Whale", "whale", 0)]
    [InlineData("whitespace", "Blue Whale", "Whale", 1)]
    [InlineData("simple", "Blue-Whale7", "whale", 1)]
    [InlineData("standard.lucene", "The Blue Whales", "the", 1)]
    [InlineData("standard.lucene", "The Blue Whales", "whale", 0)]
    [InlineData("en.lucene", "The Blue Whales", "whale", 1)]
    [InlineData("fr.lucene", "les baleines bleues", "baleine", 1)]
    public async Task An_analyzer_decides_what_a_word_is(string analyzer, string title, string search, int matches)
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything(analyzer: analyzer));
        await emulator.IndexAsync("things", [new { id = "a", title }]);
        (await emulator.KeysAsync("things", new { search })).Length.ShouldBe(matches);
    }

    [Fact]
    public async Task Scores_of_several_fields_add_up_and_search_fields_narrow_them()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync(
            "things",
            [
                new
                {
                    id = "both",
                    title = "whale",
                    body = "whale",
                },
                new
                {
                    id = "title",
                    title = "whale",
                    body = "other",
                },
                new
                {
                    id = "none",
                    title = "other",
                    body = "other",
                },
            ]
        );
        (await emulator.KeysAsync("things", new { search = "whale" })).ShouldBe(["both", "title"]);
        (await emulator.KeysAsync("things", new { search = "whale", searchFields = "body" })).ShouldBe(["both"]);
        var all = await emulator.SearchAsync("things", new { search = "whale" });
        var title = await emulator.SearchAsync("things", new { search = "whale", searchFields = "title" });
        var body = await emulator.SearchAsync("things", new { search = "whale", searchFields = "body" });
        Score(all).ShouldBe(Score(title) + Score(body), 1e-5);
        await emulator.RefusedAsync("things", new { search = "a", searchFields = "kind" });
        await emulator.RefusedAsync("things", new { search = "a", searchFields = "nope" });

        static double Score(System.Text.Json.Nodes.JsonNode answer) => (double)answer["value"]![0]!["@search.score"]!;
    }

    [Fact]
    public async Task Any_text_can_be_indexed()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything(analyzer: "zh-Hans.lucene"));
        var texts = Gen.String[0, 200]
            .List[30]
            .Single()
            .Append(new string('x', 100_000))
            .Append(new string('中', 50_000))
            .ToList();
        await emulator.IndexAsync(
            "things",
            [.. texts.Select((t, i) => new { id = $"{i}", body = new string([.. t.Where(c => !char.IsSurrogate(c))]) })]
        );
        (await emulator.SearchAsync("things", new { count = true }))["@odata.count"]!
            .GetValue<int>()
            .ShouldBe(texts.Count);
    }

    private static async Task<Emulator> AnimalsAsync(string analyzer = "standard.lucene")
    {
        var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything(analyzer: analyzer));
        await emulator.IndexAsync(
            "things",
            [
                new { id = "a", title = "the quick brown fox" },
                new { id = "b", title = "a lazy dog" },
                new { id = "c", title = "fox and dog" },
            ]
        );
        return emulator;
    }
}
