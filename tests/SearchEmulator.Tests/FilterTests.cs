namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class FilterTests
{
    [Theory]
    [InlineData("This is not a valid filter.", "Syntax error at position 7")]
    [InlineData("small eq", "Expression expected at position 8")]
    [InlineData("kind eq 'a", "There is an unterminated string literal at position 10")]
    [InlineData("nope eq 1", "Could not find a property named 'nope' on type 'search.document'")]
    [InlineData("body eq 'a'", "'body' is not a filterable field")]
    [InlineData(
        "not small gt 3",
        "A unary operator with an incompatible type was detected. Found operand type 'Edm.Int32' for operator kind 'Not'"
    )]
    [InlineData(
        "kind eq 1",
        "A binary operator with incompatible types was detected. Found operand types 'Edm.String' and 'Edm.Int32' for operator kind 'Equal'"
    )]
    [InlineData("tags eq 'a'", "Found operand types 'Collection(Edm.String)' and 'Edm.String'")]
    [InlineData("tags/any(t: t ne 'a')", "Found a test for equality or inequality where the opposite was expected")]
    [InlineData("tags/any(t: t eq 'a' and t eq 'b')", "Invalid lambda expression")]
    [InlineData("tags/all(t: t gt 'a')", "Invalid lambda expression")]
    [InlineData("small", "must evaluate to a single boolean value")]
    [InlineData("small eq large", "Comparison must be between a field")]
    [InlineData("foo(small)", "An unknown function with name 'foo' was found")]
    [InlineData("(small eq 1", "')' or operator expected at position 11")]
    [InlineData(
        "search.ismatch('a', 'b', 'c', 'd')",
        "No function signature for the function with name 'search.ismatch'"
    )]
    [InlineData("geo.distance(a, b) lt 3", "'geo.distance' takes a field and a point")]
    [InlineData("geo.distance(kind, geography'POINT(1 2)') lt 3", "Found 'Edm.String', expected 'Edm.GeographyPoint'")]
    [InlineData("geo.distance(kind, geography'POINT(200 2)') lt 3", "is not a POINT(longitude latitude) on the earth")]
    public async Task A_wrong_filter_is_refused_with_its_reason(string filter, string message)
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        var error = await emulator.RefusedAsync("things", new { search = "*", filter });
        ((string)error["message"]!).ShouldContain(message);
    }

    [Theory]
    [InlineData("kind eq null", "n")]
    [InlineData("kind ne 'x'", "b n")]
    [InlineData("kind eq 'it''s'", "b")]
    [InlineData("small gt 1", "b")]
    [InlineData("not (small gt 1)", "a n")]
    [InlineData("1 lt small", "b")]
    [InlineData("small lt 1.5", "a")]
    [InlineData("small eq -3 or large eq -9000000000", "b")]
    [InlineData("large ge 9007199254740993 and large ne 9007199254740992", "a")]
    [InlineData("real eq NaN or real ge INF", "b")]
    [InlineData("flag", "a")]
    [InlineData("not flag", "b n")]
    [InlineData("date ge 2024-02-29T12:00:00Z", "b")]
    [InlineData("date eq 2024-02-29T10:00:00+02:00", "a")]
    [InlineData("search.in(kind, 'x y')", "a")]
    [InlineData("search.in(kind, 'x,y')", "a")]
    [InlineData("search.in(kind, 'it''s|x y', '|')", "b")]
    [InlineData("tags/any()", "a b")]
    [InlineData("not tags/any()", "n")]
    [InlineData("tags/any(t: t eq 'two')", "a b")]
    [InlineData("tags/any(t: search.in(t, 'one,three'))", "a b")]
    [InlineData("tags/all(t: t ne 'one')", "b n")]
    [InlineData("tags/all(t: not search.in(t, 'three'))", "a n")]
    [InlineData("true", "a b n")]
    [InlineData("false or id eq 'n'", "n")]
    [InlineData("flag and (small eq 1 or small eq 2) and kind eq 'x'", "a")]
    public async Task A_filter_finds(string filter, string expected)
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync(
            "things",
            [
                new
                {
                    id = "a",
                    kind = "x",
                    flag = true,
                    small = 1,
                    large = (1L << 53) + 1,
                    real = 0.5,
                    date = "2024-02-29T08:00:00Z",
                    tags = new[] { "one", "two" },
                },
                new
                {
                    id = "b",
                    kind = "it's",
                    flag = false,
                    small = 2,
                    large = -9_000_000_000,
                    real = "INF",
                    date = "2024-02-29T12:00:00.5Z",
                    tags = new[] { "two", "three" },
                },
                new { id = "n" },
            ]
        );
        (await emulator.KeysAsync("things", new { filter, select = "id" })).ShouldBe(expected.Split(' '));
    }

    [Fact]
    public async Task Thousands_of_clauses_work_and_more_or_deeper_ones_are_refused()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync("things", [new { id = "a", small = 2999 }]);
        var wide = string.Join(" or ", Enumerable.Range(0, 3000).Select(i => $"small eq {i}"));
        (await emulator.KeysAsync("things", new { filter = wide })).ShouldBe(["a"]);
        await emulator.RefusedAsync("things", new { filter = wide + " or small eq 1" });
        var deep = new string('(', 50_000) + "flag" + new string(')', 50_000);
        ((string)(await emulator.RefusedAsync("things", new { filter = deep }))["message"]!).ShouldContain("nested");
        var negated = string.Concat(Enumerable.Repeat("not ", 50_000)) + "flag";
        (await emulator.KeysAsync("things", new { filter = negated })).ShouldBeEmpty();
    }
}
