using EmbeddingFunctions.Embeddings.Tokenizers;

namespace EmbeddingFunctions.Embeddings.Tests;

/// <summary>Ids and spans against those of Hugging Face tokenizers.</summary>
public sealed class TokenTests(LoadedTokenizers tokenizers) : IClassFixture<LoadedTokenizers>
{
    public static TheoryData<string, int> Models =>
        new()
        {
            { "all-MiniLM-L6-v2", 256 },
            { "bge-small-zh-v1.5", 512 },
            { "multilingual-e5-small", 512 },
        };

    public static TheoryData<string, string, double> Fuzz =>
        new()
        {
            { "all-MiniLM-L6-v2", "fuzz-mini.jsonl", 1 },
            { "bge-small-zh-v1.5", "fuzz-bge.jsonl", 1 },
            // The reference's spans slip where its character map drops or joins characters; ours stay on the source.
            { "multilingual-e5-small", "fuzz-e5.jsonl", 0.985 },
        };

    [Theory]
    [Trait("needs", "shared")]
    [MemberData(nameof(Models))]
    public void Ids_equal_the_references_on_the_golden_texts(string model, int maxTokens)
    {
        var tokenizer = tokenizers[model];
        foreach (var golden in Files.Read<GoldenTokens>(Files.Shared($"golden/tokens-{model}.json")).Cases)
        {
            Ids(tokenizer, golden.Text, maxTokens).ShouldBe(golden.Ids, golden.Text);
        }
    }

    [Theory]
    [Trait("needs", "shared")]
    [MemberData(nameof(Fuzz))]
    public void Ids_and_spans_equal_the_references_on_hostile_texts(string model, string file, double spansEqual)
    {
        var tokenizer = tokenizers[model];
        var (equal, all) = (0, 0);
        foreach (var golden in Files.ReadLines<GoldenSpans>(Files.Shared($"golden/{file}")))
        {
            var tokens = tokenizer.Encode("", golden.Text);
            tokens.Ids.ShouldBe(golden.Ids, golden.Text);
            var spans = golden.Off.Select(span => new TokenSpan(
                Units(golden.Text, span[0]),
                Units(golden.Text, span[1])
            ));
            foreach (var (ours, theirs) in tokens.Spans.Zip(spans))
            {
                (equal, all) = (ours == theirs ? equal + 1 : equal, all + 1);
            }
        }

        ((double)equal / all).ShouldBeGreaterThanOrEqualTo(spansEqual, $"{equal} of {all} spans are equal");
    }

    private static List<int> Ids(TextTokenizer tokenizer, string text, int maxTokens)
    {
        var tokens = tokenizer.Encode("", text);
        tokenizer.Count("", text).ShouldBe(tokens.Ids.Count, text);
        tokens.Truncate(maxTokens);
        return tokens.Ids;
    }

    /// <summary>The reference counts code points.</summary>
    private static int Units(string text, int codePoints) =>
        text.EnumerateRunes().Take(codePoints).Sum(rune => rune.Utf16SequenceLength);

    private sealed record GoldenTokens(IReadOnlyList<GoldenCase> Cases);

    private sealed record GoldenCase(string Text, List<int> Ids);

    private sealed record GoldenSpans(string Text, List<int> Ids, int[][] Off);
}

/// <summary>The tokenizers of the models in the repository, each read once.</summary>
public sealed class LoadedTokenizers
{
    private readonly Dictionary<string, TextTokenizer> _tokenizers = new(StringComparer.Ordinal);

    internal TextTokenizer this[string model]
    {
        get
        {
            if (!_tokenizers.TryGetValue(model, out var tokenizer))
            {
                _tokenizers[model] = tokenizer = TokenizerFolder.Load(Files.Model(model));
            }

            return tokenizer;
        }
    }
}
