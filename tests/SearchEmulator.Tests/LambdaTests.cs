namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class LambdaTests
{
    [Theory]
    [InlineData("rooms/any()", "a b")]
    [InlineData("not rooms/any()", "c n")]
    [InlineData("rooms/any(r: r/rate lt 60)", "a")]
    [InlineData("rooms/any(r: r/rate lt 60 and r/type eq 'double')", "")]
    [InlineData("rooms/any(r: r/rate lt 60 or r/type eq 'double')", "a b")]
    [InlineData("rooms/all(r: r/rate gt 60)", "b c n")]
    [InlineData("rooms/all(r: not (r/type eq 'single'))", "b c n")]
    [InlineData("rooms/any(r: r/quiet)", "a")]
    [InlineData("rooms/any(r: not r/quiet)", "a b")]
    [InlineData("rooms/any(r: r/quiet eq null)", "b")]
    [InlineData("rooms/any(room: room/tags/any(t: t eq 'bath') and room/rate gt 100)", "a")]
    [InlineData("rooms/any(room: room/tags/any(t: t eq 'bath') and room/rate lt 100)", "")]
    [InlineData("rooms/any(r: r/tags/all(t: t ne 'tv'))", "b")]
    [InlineData("rooms/any(r: not r/tags/any())", "b")]
    [InlineData("rooms/any(r: r/beds/any(b: b/width gt 100))", "a")]
    [InlineData("rooms/any(r: search.in(r/type, 'double|twin', '|'))", "a b")]
    [InlineData("rooms/any(r: geo.distance(r/spot, geography'POINT(10 50)') lt 1)", "a")]
    [InlineData("numbers/any(x: x gt 1 and x lt 6 or x eq 9)", "a b")]
    [InlineData("numbers/all(x: x gt 2 and (x lt 6 or x eq 9))", "b c n")]
    [InlineData("numbers/any(x: not (x le 5))", "a")]
    [InlineData("tags/any(t: search.in(t, 'pool, spa'))", "a")]
    [InlineData("rooms/any(r: r/host/name eq 'Ann')", "a")]
    [InlineData("rooms/any(r: r/host/name eq null)", "a b")]
    [InlineData("address/notes/any(x: x eq 'north')", "a")]
    [InlineData("spots/any(s: geo.distance(s, geography'POINT(20 50)') lt 10)", "a")]
    [InlineData("spots/all(s: geo.distance(s, geography'POINT(20 50)') gt 10)", "b c n")]
    public async Task A_lambda_finds(string filter, string expected)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var keys = await emulator.KeysAsync(PlaceIndex.Name, new { filter, select = "id" });
        string.Join(' ', keys).ShouldBe(expected);
    }

    [Theory]
    [InlineData("rooms/rate lt 5", "is not a single value")]
    [InlineData("rooms/any(r: r/nothing eq 1)", "Could not find a property named 'nothing'")]
    [InlineData("rooms/any(r: rate eq 1)", "not bound to the range variable 'r'")]
    [InlineData("rooms/any(r: stars eq 1)", "Only bound field references")]
    [InlineData("rooms/any(r: r/tags/any(t: r/type eq 'x'))", "not bound to the range variable 't'")]
    [InlineData("rooms/any(r: r/memo eq 'x')", "not a filterable field")]
    [InlineData("rooms/any(r: r/tags eq 'x')", "Collection(Edm.String)")]
    [InlineData("rooms/any(r: r/rate eq 'x')", "Found operand types 'Edm.Double' and 'Edm.String'")]
    [InlineData("rooms/any(r: r/rate)", "single boolean value")]
    [InlineData("rooms/any(r: not r/rate)", "Found operand type 'Edm.Double' for operator kind 'Not'")]
    [InlineData("rooms/any(r: r eq null)", "complex field")]
    [InlineData("rooms/any(r: search.ismatch('x'))", "no parameters bound to the range variable 'r'")]
    [InlineData("rooms/any(r: r/beds/width gt 1)", "is not a single value")]
    [InlineData("stars/any(s: s eq 1)", "needs a collection")]
    [InlineData("numbers/any(x: x gt 1 and (x lt 6 or x eq 9))", "Disjunctive Normal Form")]
    [InlineData("numbers/all(x: x gt 1 and x lt 6 or x eq 9)", "Conjunctive Normal Form")]
    [InlineData("spots/any(s: geo.distance(s, geography'POINT(2 5)') gt 10)", "using the 'lt' or 'le' operators")]
    [InlineData(
        "spots/any(s: geo.distance(s, geography'POINT(2 5)') lt 1 and geo.distance(s, geography'POINT(2 6)') lt 1)",
        "'and' is not supported"
    )]
    [InlineData("tags/any(t: t gt 'a')", "Only equality operators are allowed")]
    public async Task A_lambda_that_the_service_does_not_have_is_refused(string filter, string message)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        ((string)(await emulator.RefusedAsync(PlaceIndex.Name, new { filter }))["message"]!).ShouldContain(message);
    }

    [Fact]
    public async Task Elements_survive_a_restart_and_a_merge()
    {
        var folder = Emulator.NewFolder();
        var filter = new { filter = "rooms/any(r: r/rate eq 7)" };
        await using (var emulator = await Emulator.StartAsync(folder))
        {
            await emulator.CreateAsync(PlaceIndex.Json);
            await emulator.IndexAsync(
                PlaceIndex.Name,
                [new { id = "x", rooms = new[] { new { rate = 7, memo = "kept" } } }]
            );
        }
        await using (var emulator = await Emulator.StartAsync(folder))
        {
            var found = await emulator.SearchAsync(PlaceIndex.Name, filter);
            ((string)found["value"]![0]!["rooms"]![0]!["memo"]!).ShouldBe("kept");
            await emulator.IndexAsync(
                PlaceIndex.Name,
                [
                    new Dictionary<string, object>
                    {
                        ["@search.action"] = "merge",
                        ["id"] = "x",
                        ["rooms"] = Array.Empty<object>(),
                    },
                ]
            );
            (await emulator.KeysAsync(PlaceIndex.Name, filter)).ShouldBeEmpty();
        }
        Directory.Delete(folder, recursive: true);
    }
}
