using EmbeddingFunctions.Embeddings.Tokenizers.Models;
using EmbeddingFunctions.Embeddings.Tokenizers.PreTokenizers;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Files;

/// <summary>The "model" of tokenizer.json.</summary>
internal static class ModelJson
{
    private const int LongestWord = 1000;

    /// <returns>The model, and what finds the id of a token in its vocabulary.</returns>
    public static (IPieceModel Model, Func<string, int?> Find) Read(Json json)
    {
        var type = json["type"];
        return type.Text switch
        {
            "WordPiece" => WordPiece(json),
            "Unigram" => Unigram(json),
            "BPE" => BytePairs(json),
            var other => throw type.Unsupported(
                $"tokenizer model '{other}' is not supported (BPE, Unigram, WordPiece)"
            ),
        };
    }

    private static (IPieceModel, Func<string, int?>) WordPiece(Json json)
    {
        var vocabulary = Vocabulary.Read(json["vocab"]);
        var longest = json["max_input_chars_per_word"];
        if (longest.Number is < 1 or > LongestWord)
        {
            throw longest.Unsupported($"found {longest.Number}, expected 1 to {LongestWord}");
        }

        var model = vocabulary.ToWordPiece(json["unk_token"], json["continuing_subword_prefix"].Text, longest.Number);
        return (model, vocabulary.Find);
    }

    private static (IPieceModel, Func<string, int?>) Unigram(Json json)
    {
        Refuse(json, "byte_fallback");
        var vocabulary = json["vocab"];
        var pieces = new PieceTable(vocabulary.Length);
        var scores = new float[vocabulary.Length];
        foreach (var entry in vocabulary.Items)
        {
            var (piece, score) = entry.Pair;
            scores[pieces.Count] = score.Real;
            pieces.Add(Vocabulary.Piece(piece), pieces.Count);
        }

        var unknown = json["unk_id"];
        return unknown.Number < pieces.Count
            ? (
                new Unigram(pieces, scores, unknown.Number),
                token => pieces.Find(token) is not PieceTable.None and var id ? id : null
            )
            : throw unknown.Unsupported($"found {unknown.Number}, expected one of the {pieces.Count} pieces");
    }

    private static (IPieceModel, Func<string, int?>) BytePairs(Json json)
    {
        Refuse(json, "byte_fallback");
        Refuse(json, "dropout");
        Refuse(json, "fuse_unk");
        Refuse(json, "ignore_merges");
        Refuse(json, "continuing_subword_prefix");
        var vocabulary = Vocabulary.Read(json["vocab"]);
        var suffix = json.OptionalValue("end_of_word_suffix")?.Text ?? "";
        int? unknown = json.OptionalValue("unk_token") is { } token ? vocabulary.Id(token) : null;
        var letters = Letters("");
        var merges = new Dictionary<(int, int), Merge>();
        foreach (var (rank, merge) in json["merges"].Items.Index())
        {
            var (left, right) = Vocabulary.Halves(merge);
            merges[(vocabulary.Id(merge, left), vocabulary.Id(merge, right))] = new(
                rank,
                vocabulary.Id(merge, left + right)
            );
        }

        return (new BytePairs(letters, suffix is "" ? letters : Letters(suffix), merges), vocabulary.Find);

        int[] Letters(string ending)
        {
            var ids = new int[ByteLevel.Letters.ToArray().Max() + 1];
            foreach (var letter in ByteLevel.Letters)
            {
                ids[letter] =
                    vocabulary.Find(letter + ending)
                    ?? unknown
                    ?? throw json["vocab"]
                        .Unsupported($"found no '{letter}{ending}'; without unk_token all bytes are needed");
            }

            return ids;
        }
    }

    /// <summary>Refuses a setting that is there and says anything but no.</summary>
    private static void Refuse(Json json, string name)
    {
        if (json.OptionalValue(name) is { IsNo: false } setting)
        {
            throw setting.Unsupported("it is not supported");
        }
    }
}
