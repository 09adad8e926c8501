namespace EmbeddingFunctions.Embeddings.Tests.Tokenizers;

/// <summary>The tokenizers of the repository's models and of the shared fixtures, each read once.</summary>
public sealed class LoadedTokenizers
{
    private static readonly Dictionary<string, string> Fixtures = new(StringComparer.Ordinal)
    {
        ["fx-bert"] = "fixtures/sentence-transformers/bert-cls",
        ["fx-xlmr"] = "fixtures/bge-m3",
        ["fx-roberta"] = "fixtures/sentence-transformers/roberta-lasttoken-normalize",
        ["fx-clip"] = "fixtures/clip",
    };

    private readonly Dictionary<string, TextTokenizer> _tokenizers = new(StringComparer.Ordinal);

    /// <param name="name">A model's folder, or a fixture: fx-bert, fx-xlmr, fx-roberta, fx-clip. Skips the test if it is absent.</param>
    public TextTokenizer this[string name]
    {
        get
        {
            if (!_tokenizers.TryGetValue(name, out var tokenizer))
            {
                _tokenizers[name] = tokenizer = TextTokenizer.Load(Folder(name));
            }

            return tokenizer;
        }
    }

    public static string Folder(string name) =>
        Fixtures.TryGetValue(name, out var fixture) ? Files.Shared(fixture) : Files.Model(name);
}
