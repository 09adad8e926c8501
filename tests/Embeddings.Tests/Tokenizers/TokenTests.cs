namespace EmbeddingFunctions.Embeddings.Tests.Tokenizers;

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

    // The reference's spans slip where a character map or NFC drops or joins characters; ours stay on the source.
    public static TheoryData<string, string, int, double> Fuzz =>
        new()
        {
            { "all-MiniLM-L6-v2", "fuzz-mini.jsonl", 256, 1 },
            { "bge-small-zh-v1.5", "fuzz-bge.jsonl", 512, 1 },
            { "multilingual-e5-small", "fuzz-e5.jsonl", 512, 0.985 },
            { "fx-bert", "fuzz-fx-bert.jsonl", 64, 1 },
            { "fx-xlmr", "fuzz-fx-xlmr.jsonl", 64, 0.985 },
            { "fx-roberta", "fuzz-fx-roberta.jsonl", 64, 1 },
            { "fx-clip", "fuzz-fx-clip.jsonl", 77, 0.985 },
        };

    [Theory]
    [Trait("needs", "shared")]
    [MemberData(nameof(Models))]
    public void Ids_equal_the_references_on_the_golden_texts(string model, int maxTokens)
    {
        var tokenizer = tokenizers[model];
        foreach (var golden in Files.Read<GoldenTokens>(Files.Shared($"golden/tokens-{model}.json")).Cases)
        {
            tokenizer.Encode(golden.Text, maxTokens).Ids.ToArray().ShouldBe(golden.Ids, golden.Text);
        }
    }

    [Theory]
    [Trait("needs", "shared")]
    [MemberData(nameof(Fuzz))]
    public void Ids_and_spans_equal_the_references_on_hostile_texts(
        string model,
        string file,
        int maxTokens,
        double spansEqual
    )
    {
        var tokenizer = tokenizers[model];
        var (equal, all) = (0, 0);
        foreach (var golden in Files.ReadLines<GoldenSpans>(Files.Shared($"golden/{file}")))
        {
            var tokens = tokenizer.Encode(golden.Text, maxTokens);
            tokens.Ids.ToArray().ShouldBe(golden.Ids, golden.Text);
            var units = UnitsBefore(golden.Text);
            var spans = golden.Off.Select(span => new TokenSpan(units[span[0]], units[span[1]]));
            foreach (var (ours, theirs) in tokens.Spans.ToArray().Zip(spans))
            {
                (equal, all) = (ours == theirs ? equal + 1 : equal, all + 1);
            }
        }

        ((double)equal / all).ShouldBeGreaterThanOrEqualTo(spansEqual, $"{equal} of {all} spans are equal");
    }

    /// <summary>The reference counts code points; ours are UTF-16 units.</summary>
    private static List<int> UnitsBefore(string text)
    {
        List<int> units = [0];
        units.AddRange(text.EnumerateRunes().Select(rune => rune.Utf16SequenceLength));
        for (var index = 1; index < units.Count; index++)
        {
            units[index] += units[index - 1];
        }

        return units;
    }

    private sealed record GoldenTokens(IReadOnlyList<GoldenCase> Cases);

    private sealed record GoldenCase(string Text, int[] Ids);
}

internal sealed record GoldenSpans(string Text, int[] Ids, int[][] Off);
