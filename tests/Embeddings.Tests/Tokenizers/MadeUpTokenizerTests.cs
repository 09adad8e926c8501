using System.Text.Json.Nodes;

namespace EmbeddingFunctions.Embeddings.Tests.Tokenizers;

public sealed class MadeUpTokenizerTests
{
    public static TheoryData<string> Names => [.. MadeUpTokenizer.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Tokens_of_texts_and_pairs_are_the_references(string name)
    {
        var tokenizer = MadeUpTokenizer.All[name].Load();
        foreach (var expected in MadeUpTokenizer.All[name].Cases)
        {
            var tokens = expected.Encode(tokenizer);
            tokens.Ids.ToArray().ShouldBe(expected.Ids, expected.ToString());
            tokens.TypeIds.ToArray().ShouldBe(expected.Types, expected.ToString());
            tokens.Special.ToArray().Select(special => special ? 1 : 0).ShouldBe(expected.Special, expected.ToString());
            if (expected.Spans is { } spans)
            {
                tokens
                    .Spans.ToArray()
                    .Select(span => (int[])[span.Start, span.End])
                    .ShouldBe(spans, expected.ToString());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Spans_of_a_pair_say_whose_they_are(string name)
    {
        var tokens = MadeUpTokenizer.All[name].Load().EncodePair("a b", "c");
        var texts = tokens.Spans.ToArray().Where((_, index) => !tokens.Special.Span[index]).Select(span => span.Text);
        texts.Distinct().ShouldBe([0, 1]);
    }

    [Theory]
    [InlineData("wordpiece-flags", 2, 3)]
    [InlineData("bpe-roberta-trim", 2, 4)]
    [InlineData("bpe-bare", 0, 0)]
    public void Less_than_what_is_put_round_the_texts_is_refused(string name, int aroundOne, int aroundTwo)
    {
        var tokenizer = MadeUpTokenizer.All[name].Load();
        tokenizer.Encode("a b", aroundOne).Count.ShouldBe(aroundOne);
        tokenizer.EncodePair("a", "b", aroundTwo).Count.ShouldBe(aroundTwo);
        Should.Throw<ArgumentOutOfRangeException>(() => tokenizer.Encode("a", aroundOne - 1));
        Should.Throw<ArgumentOutOfRangeException>(() => tokenizer.EncodePair("a", "b", aroundTwo - 1));
    }

    [Theory]
    [InlineData("a b", 4)]
    [InlineData("a b ", 4)]
    [InlineData("a [SEP] ", 4)]
    [InlineData("a b [SEP]", 4)]
    [InlineData("a b a", 4)]
    [InlineData("", 2)]
    [InlineData("a", 2)]
    public void Truncated_says_that_a_token_is_missing(string text, int most)
    {
        var tokenizer = MadeUpTokenizer.All["wordpiece-flags"].Load();
        var tokens = tokenizer.Encode(text, most);
        tokens.Truncated.ShouldBe(tokenizer.Count(text) > most);
        tokens.Count.ShouldBe(Math.Min(most, tokenizer.Count(text)));
    }

    // with nothing put round it, a text may fill the maximum to the last place
    [Theory]
    [InlineData("x1", false)]
    [InlineData("x1x", true)]
    [InlineData("x1</s>", true)]
    public void A_text_that_just_fits_is_not_truncated(string text, bool truncated) =>
        MadeUpTokenizer.All["bpe-bare"].Load().Encode(text, 2).Truncated.ShouldBe(truncated);

    // "b c" goes first and leaves "a b" without its b, although an a with what follows it can still be merged.
    [Fact]
    public void A_merge_whose_right_half_is_gone_does_not_happen()
    {
        var json = MadeUpTokenizer.All["bpe-bare"].Json.DeepClone();
        json["model"]!["vocab"] = new JsonObject(
            json["model"]!["vocab"]!
                .AsObject()
                .Where(piece => piece.Key.Length == 1)
                .Select(piece => KeyValuePair.Create<string, JsonNode?>(piece.Key, (int)piece.Value!))
                .Append(KeyValuePair.Create<string, JsonNode?>("bc", 1001))
                .Append(KeyValuePair.Create<string, JsonNode?>("ab", 1002))
                .Append(KeyValuePair.Create<string, JsonNode?>("abc", 1003))
        );
        json["model"]!["merges"] = new JsonArray("b c", "a b", "a bc");

        MadeUpTokenizer.Load(json.ToJsonString()).Encode("abc").Ids.ToArray().ShouldBe([1003]);
    }
}
