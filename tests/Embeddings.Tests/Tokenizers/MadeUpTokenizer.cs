using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.Embeddings.Tests.Tokenizers;

/// <summary>Small tokenizers that between them use every part that tokenizer.json may name, with what the reference gives.</summary>
internal sealed record MadeUpTokenizer(string Name, JsonObject Json, IReadOnlyList<MadeUpCase> Cases)
{
    public static IReadOnlyDictionary<string, MadeUpTokenizer> All { get; } =
        Files
            .Read<MadeUpFile>(Files.Own("tokenizers.json"))
            .Tokenizers.ToDictionary(tokenizer => tokenizer.Name, StringComparer.Ordinal);

    public TextTokenizer Load() => Load(Json.ToJsonString());

    /// <param name="json">Instead of its own.</param>
    public static TextTokenizer Load(string json)
    {
        var folder = Directory.CreateTempSubdirectory("tokenizer-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "tokenizer.json"), json);
            return TextTokenizer.Load(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed record MadeUpFile(IReadOnlyList<MadeUpTokenizer> Tokenizers);
}

/// <param name="A">The text.</param>
/// <param name="B">The second text of a pair.</param>
/// <param name="Max">Most tokens.</param>
/// <param name="Spans">Null where the reference's are not ours: see the library's README, known differences.</param>
internal sealed record MadeUpCase(string A, string? B, int? Max, int[] Ids, int[] Types, int[] Special, int[][]? Spans)
{
    public TokenSequence Encode(TextTokenizer tokenizer) =>
        B is null ? tokenizer.Encode(A, Max ?? int.MaxValue) : tokenizer.EncodePair(A, B, Max ?? int.MaxValue);

    public override string ToString() =>
        JsonSerializer.Serialize(
            new
            {
                A,
                B,
                Max,
            }
        );
}
