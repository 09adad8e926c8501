using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.Embeddings.Tests.Tokenizers;

/// <summary>Tokenizer files that are broken or mean harm are refused with one sentence, and take no more room than they have.</summary>
public sealed class HostileTokenizerTests
{
    private static readonly string[] Values =
    [
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1.5",
        "1e300",
        "5000000000",
        "\"\"",
        "\"x\"",
        "\"\\u0000\"",
        "[]",
        "[[]]",
        "{}",
        "{\"type\": \"Sequence\"}",
    ];

    public static TheoryData<string> Names => [.. MadeUpTokenizer.All.Keys];

    [Theory]
    [InlineData("\"x\":34", "\"x\":33", "model: vocab: x: another token has the id 33 too")]
    [InlineData("\"x\":34", "\"i\":34", "model: vocab: i: the token 'i' is there twice")]
    [InlineData("\"x\":34", "\"x\":9999999", "model: vocab: found the id 9999999 among")]
    [InlineData("\"x\":34", "\"x\":1e300", "model: vocab: found the id 2147483647 among")]
    [InlineData("\"x\":34", "\"x\":-1", "model: vocab: x: found Number, expected a whole number")]
    [InlineData("\"x\":34", "\"x\":\"34\"", "model: vocab: x: found String, expected a whole number")]
    [InlineData("\"x\":34", "\"\\ud800\":34", "model: vocab: a name is no Unicode text")]
    [InlineData("\"x\":34", "\"\\n\":34", "the token of id 34 has a line break")]
    [InlineData("\"[UNK]\":1,", "", "model: unk_token: '[UNK]' is not in the vocabulary")]
    [InlineData("\"unk_token\":\"[UNK]\",", "", "model: found no 'unk_token'")]
    [InlineData(
        "\"id\":4,\"content\":\"[MASK]\"",
        "\"id\":5,\"content\":\"[MASK]\"",
        "has the id 5 here and 4 in the vocabulary"
    )]
    [InlineData(
        "\"content\":\"[MASK]\"",
        "\"content\":\"\"",
        "added_tokens[4]: content: an added token cannot be empty"
    )]
    [InlineData("\"content\":\"\\u00C9T\\u00C9\"", "\"content\":\"\\u0301\"", "is nothing once it is normalised")]
    [InlineData("\"id\":\"A\"", "\"id\":\"B\"", "post_processor: single: expected A once, and no B")]
    [InlineData("\"id\":\"B\"", "\"id\":\"C\"", "found 'C', expected A or B")]
    [InlineData(
        "\"truncation\":null",
        "\"truncation\":{\"direction\":\"Up\"}",
        "truncation: direction: 'Up' is not supported"
    )]
    public void What_is_wrong_is_said_with_its_place(string old, string with, string reason)
    {
        var json = MadeUpTokenizer.All["wordpiece-flags"].Json.ToJsonString();
        json.ShouldContain(old);
        Refused(json.Replace(old, with, StringComparison.Ordinal), reason);
    }

    [Theory]
    [InlineData("bpe-roberta-trim", "\"dropout\":null", "\"dropout\":0.1", "model: dropout: it is not supported")]
    [InlineData("bpe-roberta-trim", "\"byte_fallback\":false", "\"byte_fallback\":true", "model: byte_fallback")]
    [InlineData("bpe-roberta-trim", "\"fuse_unk\":false", "\"fuse_unk\":true", "model: fuse_unk")]
    [InlineData("bpe-roberta-trim", "\"ignore_merges\":false", "\"ignore_merges\":true", "model: ignore_merges")]
    [InlineData("bpe-roberta-trim", "\"a b\"", "\"a b c\"", "model: merges[0]: found 'a b c', expected two tokens")]
    [InlineData("bpe-roberta-trim", "\"a b\"", "\"a zz\"", "model: merges[0]: 'zz' is not in the vocabulary")]
    [InlineData("bpe-roberta-trim", "\"~\":131,", "", "model: vocab: found no '~'; without unk_token")]
    [InlineData(
        "bpe-roberta-trim",
        "\"type\":\"ByteLevel\"",
        "\"type\":\"BertPreTokenizer\"",
        "ByteLevel must come last"
    )]
    [InlineData("clip", "'ll|", "'ll|'LL|", "pre_tokenizer: pretokenizers[0]: pattern: Regex: the pattern")]
    [InlineData("clip", "\"Removed\"", "\"Isolated\"", "expected the behavior 'Removed'")]
    [InlineData("unigram-first", "\"byte_fallback\":false", "\"byte_fallback\":true", "model: byte_fallback")]
    [InlineData("unigram-first", "\"unk_id\":3", "\"unk_id\":30", "model: unk_id: found 30, expected one of the 30")]
    [InlineData("unigram-first", "\"unk_id\":3", "\"unk_id\":null", "model: unk_id: found Null")]
    [InlineData("unigram-first", "\"first\"", "\"last\"", "prepend_scheme: 'last' is not supported")]
    [InlineData("unigram-first", " {2,}", " {3,}", "normalizer: normalizers[1]: pattern: Regex: the pattern ' {3,}'")]
    [InlineData(
        "unigram-first",
        "\"Lowercase\"",
        "\"NFKC\"",
        "normalizers[2]: type: normalizer 'NFKC' is not supported"
    )]
    public void What_is_not_understood_is_refused_by_name(string name, string old, string with, string reason)
    {
        var json = MadeUpTokenizer
            .All[name]
            .Json.ToJsonString(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.ShouldContain(old);
        Refused(json.Replace(old, with, StringComparison.Ordinal), reason);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_that_is_cut_anywhere_is_refused(string name)
    {
        var json = MadeUpTokenizer.All[name].Json.ToJsonString();
        for (var length = 0; length < json.Length; length += 1 + (json.Length / 50))
        {
            Refused(json[..length], "no JSON");
        }
    }

    // Every value but those inside long lists, by every other kind of value.
    [Theory]
    [MemberData(nameof(Names))]
    public void Any_value_in_another_ones_place_is_refused_or_gives_a_tokenizer_that_works(string name)
    {
        var original = MadeUpTokenizer.All[name].Json;
        foreach (var path in Paths(original, []).ToList())
        {
            foreach (var value in Values)
            {
                var spoilt = original.DeepClone();
                Replace(spoilt, path, value);
                try
                {
                    var tokenizer = MadeUpTokenizer.Load(spoilt.ToJsonString());
                    tokenizer.EncodePair("hello É <R>\uD800", "中文 [SEP]", 20).Count.ShouldBeLessThanOrEqualTo(20);
                }
                catch (ModelFolderException refusal)
                {
                    refusal.Message.ShouldContain("tokenizer.json");
                    refusal.Message.ShouldNotContain("\n");
                }
            }
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode? node, object[] path)
    {
        var children = node switch
        {
            JsonObject members => members.Take(12).Select(member => (Key: (object)member.Key, member.Value)),
            JsonArray items => items.Take(3).Select((item, index) => (Key: (object)index, Value: item)),
            _ => [],
        };
        foreach (var (key, value) in children.ToList())
        {
            object[] here = [.. path, key];
            yield return here;
            foreach (var below in Paths(value, here))
            {
                yield return below;
            }
        }
    }

    private static void Replace(JsonNode root, object[] path, string value)
    {
        var parent = root;
        foreach (var key in path[..^1])
        {
            parent = (key is int index ? parent[index] : parent[(string)key])!;
        }

        if (path[^1] is int last)
        {
            parent[last] = JsonNode.Parse(value);
        }
        else
        {
            parent[(string)path[^1]] = JsonNode.Parse(value);
        }
    }

    private static void Refused(string json, string reason)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Should.Throw<ModelFolderException>(() => MadeUpTokenizer.Load(json));
        refusal.Message.ShouldContain("tokenizer.json");
        refusal.Message.ShouldContain(reason);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(20_000_000);
    }
}
