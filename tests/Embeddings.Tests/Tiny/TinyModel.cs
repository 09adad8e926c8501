using System.Text.Json;

namespace EmbeddingFunctions.Embeddings.Tests.Tiny;

/// <summary>
/// A model folder made for one test: words w0 to w9 and W0 to W9 with four numbers each, mean pooling, no normalising, until
/// the test writes other files over it.
/// </summary>
internal sealed class TinyModel : IDisposable
{
    public const int Width = 4;
    public const int MaxTokens = 16;

    private static readonly string[] Vocabulary =
    [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        .. Enumerable.Range(0, 10).Select(number => $"w{number}"),
        .. Enumerable.Range(0, 10).Select(number => $"W{number}"),
    ];

    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("tiny-model-");

    public TinyModel(string name = "tiny")
    {
        Folder = Path.Combine(_parent.FullName, name);
        Write("vocab.txt", string.Join('\n', Vocabulary));
        Write(
            "tokenizer_config.json",
            """
            {"tokenizer_class": "BertTokenizer", "do_lower_case": false, "strip_accents": null, "tokenize_chinese_chars": true,
             "pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
            """
        );
        Write(
            "config.json",
            $$"""{"architectures": ["BertModel"], "model_type": "bert", "hidden_size": {{Width}}, "max_position_embeddings": {{MaxTokens}}}"""
        );
        WriteModules("""{"embedding_dimension": 4, "pooling_mode": "mean"}""");
        WriteOnnx(inputs: ["attention_mask", "token_type_ids"]);
    }

    public static float[][] Table { get; } =
    [
        .. Vocabulary.Select(
            (_, id) => Enumerable.Range(0, Width).Select(at => ((((id * 31) + (at * 17)) % 23) - 11) / 7f).ToArray()
        ),
    ];

    /// <summary>The folder that holds the model's folder.</summary>
    public string Parent => _parent.FullName;

    public string Folder { get; }

    /// <summary>Vectors of the tokens, special ones included, as the network gives them.</summary>
    public static float[][] Tokens(string text) =>
        [.. $"[CLS] {text} [SEP]".Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Row)];

    public string PathOf(string file) => Path.Combine(Folder, file);

    public void Write(string file, string content) => Write(file, System.Text.Encoding.UTF8.GetBytes(content));

    public void Write(string file, byte[] content)
    {
        _ = Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllBytes(PathOf(file), content);
    }

    public void Delete(string file) => File.Delete(PathOf(file));

    /// <param name="file">Where to.</param>
    /// <param name="external">A file for the numbers.</param>
    /// <param name="factor">Makes the token vectors longer.</param>
    /// <param name="inputs">Other than input_ids.</param>
    public void WriteOnnx(
        string file = "onnx/model.onnx",
        string? external = null,
        float factor = 1,
        params string[] inputs
    )
    {
        float[][] table = [.. Table.Select(row => row.Select(x => x * factor).ToArray())];
        Write(file, TinyOnnx.Lookup(table, ["input_ids", .. inputs], "tokens", external));
    }

    /// <param name="pooling">1_Pooling/config.json.</param>
    /// <param name="after">Types of the modules after pooling, in their new names.</param>
    public void WriteModules(string pooling, params string[] after)
    {
        string[] types = ["transformer.Transformer", "pooling.Pooling", .. after];
        var modules = types.Select(
            (type, at) => new { type = Qualified(type), path = at == 0 ? "" : $"{at}_{type.Split('.')[^1]}" }
        );
        Write("modules.json", JsonSerializer.Serialize(modules));
        Write("1_Pooling/config.json", pooling);
    }

    public void Dispose() => _parent.Delete(recursive: true);

    private static string Qualified(string type) =>
        type is "pooling.Pooling"
            ? $"sentence_transformers.sentence_transformer.modules.{type}"
            : $"sentence_transformers.base.modules.{type}";

    private static float[] Row(string word) => Table[Array.IndexOf(Vocabulary, word) is >= 0 and var id ? id : 1];
}
