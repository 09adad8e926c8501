using System.Diagnostics;
using System.Globalization;
using CsCheck;

namespace EmbeddingFunctions.Embeddings.Tests.Tokenizers;

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
        "[MASK]",
        " <mask> ",
        "<R>  ",
        "  <LR> ",
        "word",
        "ÉTÉ",
        "ab c",
        "<|endoftext|>",
        "hello",
        "'ll",
        "\u1100\u1161\u11A8",
        "q\u0307\u0323",
        "\u0F73",
        "\U0001D165",
    ];

    public static TheoryData<string> All =>
        [
            "all-MiniLM-L6-v2",
            "bge-small-zh-v1.5",
            "multilingual-e5-small",
            "fx-bert",
            "fx-xlmr",
            "fx-roberta",
            "fx-clip",
            .. MadeUpTokenizer.All.Keys,
        ];

    // Any UTF-16 units, so lone surrogates too, and the pieces that tokenizers trip over.
    private static readonly Gen<string> Text = Gen.OneOf(
            Gen.String[Gen.Char, 0, 20],
            Gen.String[Gen.Char["aÉß中文ี้\u0301\u0327\uD83D\uDE00 \t\r\n▁.!"], 0, 30],
            Gen.Int[0, Traps.Length - 1].Select(index => Traps[index])
        )
        .Array[0, 6]
        .Select(parts => string.Concat(parts));

    // The fuzz run that README tells of takes CsCheck_Time seconds of it for each tokenizer.
    [Theory]
    [MemberData(nameof(All))]
    public void Spans_stand_in_order_inside_any_text_and_leave_nothing_out(string name)
    {
        var tokenizer = Tokenizer(name);
        Text.Sample(text =>
        {
            var tokens = tokenizer.Encode(text);
            tokenizer.Count(text).ShouldBe(tokens.Count);
            tokens.Truncated.ShouldBeFalse();
            var inside = Inside(tokens);
            inside.ShouldAllBe(span => 0 <= span.Start && span.Start <= span.End && span.End <= text.Length);
            inside.ShouldAllBe(span => !Splits(text, span.Start) && !Splits(text, span.End));
            inside.Zip(inside.Skip(1)).ShouldAllBe(pair => pair.First.Start <= pair.Second.Start);

            // The reference has what a replacement puts in stand on the character before it, and nothing on what it took out.
            if (name != "unigram-old-names" || !text.Contains("hi", StringComparison.Ordinal))
            {
                Uncovered(tokenizer, text, inside).ShouldBeEmpty();
            }
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_truncated_text_is_the_beginning_or_the_end_of_the_whole(string name)
    {
        var tokenizer = Tokenizer(name);
        var special = tokenizer.Count("");
        Gen.Select(Text, Gen.Int[0, 20])
            .Sample(
                (text, room) =>
                {
                    var whole = tokenizer.Encode(text);
                    var tokens = tokenizer.Encode(text, special + room);
                    var (all, kept) = (Ids(whole), Ids(tokens));
                    kept.Length.ShouldBe(Math.Min(all.Length, room));
                    kept.ShouldBe(
                        name.EndsWith("-left", StringComparison.Ordinal) ? all[^kept.Length..] : all[..kept.Length]
                    );
                    tokens.Truncated.ShouldBe(kept.Length < all.Length);
                }
            );
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_pair_is_both_texts_and_the_longer_gives_way(string name)
    {
        var tokenizer = Tokenizer(name);
        var special = tokenizer.EncodePair("", "").Count;
        Gen.Select(Text, Text, Gen.Int[0, 20])
            .Sample(
                (first, second, room) =>
                {
                    var (a, b) = (Ids(tokenizer.Encode(first)), Ids(tokenizer.Encode(second)));
                    Ids(tokenizer.EncodePair(first, second)).ShouldBe([.. a, .. b]);
                    var cut = tokenizer.EncodePair(first, second, special + room);
                    var lengths = Lengths(cut);
                    (lengths.First + lengths.Second).ShouldBe(Math.Min(room, a.Length + b.Length));
                    lengths.First.ShouldBeGreaterThanOrEqualTo(Math.Min(a.Length, room / 2));
                    lengths.Second.ShouldBeGreaterThanOrEqualTo(Math.Min(b.Length, room / 2));
                    cut.Truncated.ShouldBe(a.Length + b.Length > room);
                }
            );
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_prompt_and_a_text_are_one_text(string name)
    {
        var tokenizer = Tokenizer(name);
        Gen.Select(Text, Text)
            .Where((prompt, text) => prompt.Length == 0 || !char.IsHighSurrogate(prompt[^1]))
            .Sample(
                (prompt, text) =>
                    tokenizer
                        .Encode(prompt, text, int.MaxValue)
                        .Ids.ToArray()
                        .ShouldBe(tokenizer.Encode(prompt + text).Ids.ToArray())
            );
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_lone_surrogate_is_a_replacement_character(string name)
    {
        var tokenizer = Tokenizer(name);
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
        tokenizer.Count(string.Concat(Enumerable.Repeat("😂", 100))).ShouldBe(102);
        tokenizer.Count(string.Concat(Enumerable.Repeat("😂", 101))).ShouldBe(3);
        tokenizer.Count(new string('a', 101)).ShouldBe(3);
        tokenizer.Count(new string('a', 100)).ShouldBeGreaterThan(3);
    }

    // Eight texts against one that is eight times as long: 1 if the time grows with the length, 8 if with its square. What else
    // the machine does can only make a round slower, so that the best round counts.
    [Theory]
    [MemberData(nameof(All))]
    public void Time_grows_with_the_length_of_a_text_without_a_break(string name)
    {
        var tokenizer = Tokenizer(name);
        string[] units =
        [
            "中",
            "a",
            "ab",
            "!",
            " ",
            "e\u0301",
            "\u0301",
            "\u0BCD\u302E",
            "<",
            "[",
            "   <mask>",
            "\uD800",
            "ﷺ",
        ];
        foreach (var unit in units)
        {
            var (little, much) = (Text(5_000), Text(40_000));
            var best = double.MaxValue;
            for (var round = 0; round < 5 && best >= 4; round++)
            {
                best = Math.Min(best, Seconds(() => tokenizer.Count(much)) / Seconds(() => Repeated(little)));
            }

            best.ShouldBeLessThan(4, unit);

            string Text(int count) => string.Concat(Enumerable.Repeat(unit, count));
        }

        int Repeated(string text) => Enumerable.Range(0, 8).Sum(_ => tokenizer.Count(text));
    }

    private static double Seconds(Func<int> work)
    {
        var started = Stopwatch.GetTimestamp();
        work().ShouldBeGreaterThan(0);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private TextTokenizer Tokenizer(string name) =>
        MadeUpTokenizer.All.TryGetValue(name, out var madeUp) ? madeUp.Load() : tokenizers[name];

    private static TokenSpan[] Inside(TokenSequence tokens) =>
        [.. tokens.Spans.ToArray().Where((_, index) => !tokens.Special.Span[index])];

    private static int[] Ids(TokenSequence tokens) =>
        [.. tokens.Ids.ToArray().Where((_, index) => !tokens.Special.Span[index])];

    private static (int First, int Second) Lengths(TokenSequence tokens)
    {
        var spans = Inside(tokens);
        return (spans.Count(span => span.Text == 0), spans.Count(span => span.Text == 1));
    }

    /// <summary>Characters in no span, though alone they are neither nothing nor white space to the tokenizer.</summary>
    private static List<string> Uncovered(TextTokenizer tokenizer, string text, TokenSpan[] spans)
    {
        var covered = new bool[text.Length];
        foreach (var span in spans)
        {
            Array.Fill(covered, true, span.Start, span.End - span.Start);
        }

        var space = Ids(tokenizer.Encode(" "));
        List<string> uncovered = [];
        foreach (var start in StringInfo.ParseCombiningCharacters(text))
        {
            // XLM-R replaces a character with its marks as one, and U+FFFD, say, by a space
            var element = StringInfo.GetNextTextElement(text, start);
            var at = start;
            foreach (var rune in IsSpace(element) ? "".EnumerateRunes() : element.EnumerateRunes())
            {
                if (!covered[at] && !IsSpace(rune.ToString()))
                {
                    uncovered.Add($"{rune.Value:X} at {at}");
                }

                at += rune.Utf16SequenceLength;
            }
        }

        return uncovered;

        bool IsSpace(string part) =>
            string.IsNullOrWhiteSpace(part)
            || (Ids(tokenizer.Encode(part)) is var ids && (ids is [] || ids.SequenceEqual(space)));
    }

    private static bool Splits(string text, int at) =>
        at > 0 && at < text.Length && char.IsHighSurrogate(text[at - 1]) && char.IsLowSurrogate(text[at]);
}
