using CsCheck;

namespace EmbeddingFunctions.Embeddings.Tests;

public sealed class TokenizerPropertyTests(LoadedTokenizers tokenizers) : IClassFixture<LoadedTokenizers>
{
    private static readonly string[] Traps =
    [
        "[CLS]",
        "<mask>",
        "</s>",
        "  ",
        "👩‍👩‍👧",
        "각",
        "\uD800",
        "ﷺ",
        "\0",
        "\uFFFD",
        "＜s＞",
    ];

    // Any UTF-16 units, so lone surrogates too, and the pieces that tokenizers trip over.
    private static readonly Gen<string> Text = Gen.OneOf(
            Gen.String[Gen.Char, 0, 20],
            Gen.String[Gen.Char["aÉß中文ี้\u0301\u0327\uD83D\uDE00 \t\r\n▁.!"], 0, 30],
            Gen.Int[0, Traps.Length - 1].Select(index => Traps[index])
        )
        .Array[0, 6]
        .Select(parts => string.Concat(parts));

    [Theory]
    [InlineData("all-MiniLM-L6-v2")]
    [InlineData("bge-small-zh-v1.5")]
    [InlineData("multilingual-e5-small")]
    public void Spans_stand_in_order_inside_any_text_and_counting_agrees(string name)
    {
        var tokenizer = tokenizers[name];
        Text.Sample(
            text =>
            {
                var tokens = tokenizer.Encode(text);
                tokenizer.Count(text).ShouldBe(tokens.Count);
                tokens.Spans.Length.ShouldBe(tokens.Count);
                var inside = tokens.Spans.ToArray()[1..^1];
                inside.ShouldAllBe(span => 0 <= span.Start && span.Start < span.End && span.End <= text.Length);
                inside.Zip(inside.Skip(1)).ShouldAllBe(pair => pair.First.Start <= pair.Second.Start);
                inside.ShouldAllBe(span => !Splits(text, span.Start) && !Splits(text, span.End));
            },
            iter: 500
        );
    }

    [Theory]
    [InlineData("all-MiniLM-L6-v2")]
    [InlineData("multilingual-e5-small")]
    public void A_prompt_and_a_text_are_one_text(string name)
    {
        var tokenizer = tokenizers[name];
        Gen.Select(Text, Text)
            .Where((prompt, text) => prompt.Length == 0 || !char.IsHighSurrogate(prompt[^1]))
            .Sample(
                (prompt, text) =>
                    tokenizer
                        .Encode(prompt, text, int.MaxValue)
                        .Ids.ToArray()
                        .ShouldBe(tokenizer.Encode(prompt + text).Ids.ToArray()),
                iter: 500
            );
    }

    [Theory]
    [InlineData("all-MiniLM-L6-v2")]
    [InlineData("bge-small-zh-v1.5")]
    [InlineData("multilingual-e5-small")]
    public void A_lone_surrogate_is_a_replacement_character(string name)
    {
        var tokenizer = tokenizers[name];
        foreach (var text in new[] { "a\uD800b", "\uDC00", "x \uD83D", "\uDE00\uD83D" })
        {
            var replaced = new string([.. text.Select(unit => char.IsSurrogate(unit) ? '\uFFFD' : unit)]);
            tokenizer.Encode(text).Ids.ToArray().ShouldBe(tokenizer.Encode(replaced).Ids.ToArray());
        }
    }

    [Fact]
    public void Unknown_characters_in_a_row_are_one_token()
    {
        var tokens = tokenizers["multilingual-e5-small"].Encode("a 㚚䈧𞄔, 㚚");
        tokens.Ids.ToArray().ShouldBe([0, 10, 6, 3, 4, 6, 3, 2]);
        tokens.Spans.Span[3].ShouldBe(new TokenSpan(2, 6));
    }

    // The reference counts the length of a word in code points: 60 emoji are a word it knows, 101 letters are none.
    [Fact]
    public void A_word_is_too_long_by_its_code_points()
    {
        var tokenizer = tokenizers["bge-small-zh-v1.5"];
        tokenizer.Count(string.Concat(Enumerable.Repeat("😂", 60))).ShouldBe(62);
        tokenizer.Count(new string('a', 101)).ShouldBe(3);
        tokenizer.Count(new string('a', 100)).ShouldBeGreaterThan(3);
    }

    [Theory]
    [InlineData("all-MiniLM-L6-v2")]
    [InlineData("bge-small-zh-v1.5")]
    [InlineData("multilingual-e5-small")]
    public void A_text_without_a_break_is_cut_in_time(string name)
    {
        var tokenizer = tokenizers[name];
        string[] units = ["中", "a", "!", "e\u0301", "\u0BCD\u302E", "<", "[", "   <mask>", "\uD800"];
        foreach (var unit in units)
        {
            var text = string.Concat(Enumerable.Repeat(unit, 300_000));
            tokenizer.Count(text).ShouldBeGreaterThanOrEqualTo(2);
        }
    }

    private static bool Splits(string text, int at) =>
        at > 0 && at < text.Length && char.IsHighSurrogate(text[at - 1]) && char.IsLowSurrogate(text[at]);
}
