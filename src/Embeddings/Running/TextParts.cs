using EmbeddingFunctions.Embeddings.Folders;

namespace EmbeddingFunctions.Embeddings.Running;

/// <summary>The heavy parts of a model of texts.</summary>
internal sealed record TextParts(TextTokenizer Tokenizer, TokenNetwork Network) : IDisposable
{
    public static TextParts Open(TransformerFolder folder, string onnxFile)
    {
        var tokenizer = TextTokenizer.Load(folder.Path);
        if (folder.LowerCases)
        {
            tokenizer = tokenizer.LowerCasing();
        }

        return new TextParts(tokenizer, TokenNetwork.Open(onnxFile, folder.Padding));
    }

    public void Dispose() => Network.Dispose();
}
