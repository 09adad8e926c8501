using CsCheck;
using Lucene.Net.Util.Automaton;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>Regular expressions of the full syntax against the automata of Lucene, whose syntax it is.</summary>
public sealed class RegexOracleTests
{
    private const string Alphabet = "ab01";

    private static readonly string[] Terms =
    [
        .. Enumerable.Range(1, 4).SelectMany(WordsOf),
        "007",
        "12",
        "é",
        "𝄞",
        "10",
    ];

    [Fact]
    public async Task An_expression_finds_what_Lucenes_automaton_accepts()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything(analyzer: "whitespace"));
        await emulator.IndexAsync("things", [.. Terms.Select((title, i) => new { id = $"{i}", title })]);
        var (found, empty) = (0, 0);
        await Gen.Int[0, 3]
            .SelectMany(Expression)
            .SampleAsync(
                async expression =>
                {
                    var accepts = new CharacterRunAutomaton(new RegExp(expression).ToAutomaton());
                    string[] expected = [.. Terms.Where(accepts.Run).Distinct().Order(StringComparer.Ordinal)];
                    var answer = await emulator.SearchAsync(
                        "things",
                        new
                        {
                            search = $"title:/{expression}/",
                            queryType = "full",
                            top = 1000,
                            select = "title",
                        }
                    );
                    var actual = answer["value"]!.AsArray().Select(d => (string)d!["title"]!);
                    actual.Distinct().Order(StringComparer.Ordinal).ShouldBe(expected, ignoreOrder: false, expression);
                    if (expected.Length == 0)
                        empty++;
                    else
                        found++;
                },
                iter: 1500,
                threads: 1
            );
        found.ShouldBeGreaterThan(200);
        empty.ShouldBeLessThan(1200);
    }

    private static Gen<string> Expression(int depth)
    {
        var atom = OneOf(
            "a",
            "b",
            "0",
            "1",
            ".",
            "@",
            "#",
            "[ab]",
            "[^a]",
            "[0-1a]",
            "<1-10>",
            "<00-10>",
            "<7-7>",
            "()",
            "\"ab\"",
            "\\a",
            "é"
        );
        if (depth == 0)
            return atom;
        var inner = Expression(depth - 1);
        return Gen.OneOf(
            atom,
            Gen.Select(inner, inner, (a, b) => a + b),
            Gen.Select(inner, inner, (a, b) => $"({a}|{b})"),
            Gen.Select(inner, inner, (a, b) => $"({a}&{b})"),
            inner.Select(a => $"~({a})"),
            Gen.Select(inner, OneOf("?", "*", "+", "{2}", "{1,}", "{0,2}", "{2,3}"), (a, times) => $"({a}){times}")
        );
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static IEnumerable<string> WordsOf(int length) =>
        length == 0 ? [""] : WordsOf(length - 1).SelectMany(word => Alphabet.Select(c => word + c));
}
