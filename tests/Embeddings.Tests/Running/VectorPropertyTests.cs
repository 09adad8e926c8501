using CsCheck;

namespace EmbeddingFunctions.Embeddings.Tests.Running;

/// <summary>A vector depends on its text alone, whatever the text and the company.</summary>
public sealed class VectorPropertyTests(LoadedModels models)
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char, 0, 30],
        Gen.String[Gen.Char["ab cß中文ี\u0301\uD83D\uDE00[]."], 0, 40],
        Gen.Const("[CLS]"),
        Gen.Const("")
    );

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("all-MiniLM-L6-v2")]
    [InlineData("bge-small-zh-v1.5")]
    [InlineData("multilingual-e5-small")]
    public async Task Alone_equals_in_company_and_order_does_not_matter(string name)
    {
        var model = await models.GetAsync(name);
        await Text.Array[1, 8]
            .SampleAsync(
                async texts =>
                {
                    var together = await BitsAsync(model, texts);
                    var reversed = await BitsAsync(model, [.. texts.Reverse()]);
                    reversed.Reverse().ShouldBe(together);
                    var at = texts.Length / 2;
                    (await BitsAsync(model, [texts[at]]))[0].ShouldBe(together[at]);
                },
                iter: 40
            );
    }

    private static async Task<byte[][]> BitsAsync(EmbeddingModel model, string[] texts)
    {
        var results = await model.EmbedAsync(texts, new EmbedOptions(), Cancelled);
        return
        [
            .. results.Select(result =>
                System.Runtime.InteropServices.MemoryMarshal.AsBytes(result.Vector.Span).ToArray()
            ),
        ];
    }
}
