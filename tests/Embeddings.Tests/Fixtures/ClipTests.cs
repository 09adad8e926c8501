namespace EmbeddingFunctions.Embeddings.Tests.Fixtures;

/// <summary>CLIP's texts and images against transformers and Pillow.</summary>
[Trait("needs", "shared")]
public sealed class ClipTests
{
    private const double Tolerance = 1e-5;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_equal_the_references()
    {
        var (folder, expected) = Read();
        using var model = ClipModel.Load(folder);
        var results = await model.EmbedTextsAsync(expected.Texts, Cancelled);
        results.Select(result => result.Tokens).ShouldBe(expected.TokenIds.Select(ids => ids.Length));
        var worst = Distance.Worst(results.Select(result => result.Vector), expected.TextEmbeds);
        TestContext.Current.TestOutputHelper?.WriteLine($"{worst:E1}");
        worst.ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public async Task Images_equal_the_references()
    {
        var (folder, expected) = Read();
        using var model = ClipModel.Load(folder);
        var images = expected.Images.Select(name =>
            (ReadOnlyMemory<byte>)File.ReadAllBytes(Path.Combine(folder, "images", name))
        );
        var results = await model.EmbedImagesAsync([.. images], Cancelled);
        var worsts = new List<double>();
        for (var i = 0; i < results.Count; i++)
        {
            var worst = Distance.Worst([results[i]], [expected.ImageEmbeds[i]]);
            TestContext.Current.TestOutputHelper?.WriteLine($"{expected.Images[i]} {worst:E1}");
            worsts.Add(worst);
        }

        worsts.ShouldAllBe(worst => worst < Tolerance);
    }

    private static (string Folder, Expected Expected) Read()
    {
        var folder = Files.Shared("fixtures/clip");
        return (folder, Files.Read<Expected>(Path.Combine(folder, "expected.json")));
    }

    private sealed record Expected(
        string[] Texts,
        int[][] TokenIds,
        float[][] TextEmbeds,
        string[] Images,
        float[][] ImageEmbeds
    );
}
