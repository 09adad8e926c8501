using System.Runtime.CompilerServices;
using System.Text;
using EmbeddingFunctions.Embeddings.Tokenizers.Models;
using EmbeddingFunctions.Embeddings.Tokenizers.Normalizers;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Files;

/// <summary>What a SentencePiece .model file (a protocol buffer, sentencepiece_model.proto) holds of a Unigram model.</summary>
internal sealed class SentencePieceModel
{
    private const long MaxBytes = 128 << 20;
    private const int UnigramType = 1;
    private const int BytePiece = 6;

    private SentencePieceModel(PieceTable pieces, float[] scores, CharacterMap characters) =>
        (Pieces, Scores, Characters) = (pieces, scores, characters);

    /// <summary>A piece's id is its number.</summary>
    public PieceTable Pieces { get; }

    public float[] Scores { get; }

    public CharacterMap Characters { get; }

    /// <param name="path">The file.</param>
    /// <param name="before">Tokens that stand in place of the file's first three, &lt;unk&gt; &lt;s&gt; &lt;/s&gt;.</param>
    /// <param name="after">A token after the file's last.</param>
    /// <exception cref="ModelFolderException">The file is cut, is no such file, or holds another kind of model.</exception>
    public static SentencePieceModel Read(string path, IReadOnlyList<string> before, string after)
    {
        if (new FileInfo(path).Length is > MaxBytes and var bytes)
        {
            throw new ModelFolderException($"{path}: has {bytes} bytes, expected at most {MaxBytes}");
        }

        try
        {
            return Read(File.ReadAllBytes(path).AsSpan(), before, after);
        }
        catch (InvalidDataException e)
        {
            throw new ModelFolderException($"{path}: {e.Message}", e);
        }
    }

    private static SentencePieceModel Read(ReadOnlySpan<byte> file, IReadOnlyList<string> before, string after)
    {
        var (count, characters) = ReadSettings(file);
        var pieces = new PieceTable(count + before.Count + 1);
        var scores = new float[count + before.Count + 1];
        foreach (var token in before)
        {
            pieces.Add(token.AsSpan(), pieces.Count);
        }

        ReadPieces(file, pieces, scores);
        pieces.Add(after.AsSpan(), pieces.Count);
        return new SentencePieceModel(pieces, scores[..pieces.Count], CharacterMap.Read(characters));
    }

    /// <summary>How many pieces there are, and the compiled character map; it is empty if the model normalises nothing.</summary>
    private static (int Pieces, byte[] Characters) ReadSettings(ReadOnlySpan<byte> file)
    {
        var (pieces, characters) = (0, Array.Empty<byte>());
        for (var model = new Message(file); model.Next(); )
        {
            pieces += model.Field == 1 ? 1 : 0;
            for (var settings = model.Field is 2 or 3 ? new Message(model.Bytes) : default; settings.Next(); )
            {
                switch (model.Field, settings.Field)
                {
                    case (2, 3) when settings.Number != UnigramType:
                        throw new InvalidDataException($"model_type {settings.Number} is not supported (1, Unigram)");
                    case (3, 2):
                        characters = settings.Bytes.ToArray();
                        break;
                    default:
                        break;
                }
            }
        }

        return (pieces, characters);
    }

    // Compiled for speed at once: a quarter of a million pieces come by before the runtime would see that it pays.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadPieces(ReadOnlySpan<byte> file, PieceTable pieces, float[] scores)
    {
        ReadOnlySpan<string> first = ["<unk>", "<s>", "</s>"];
        var number = 0;
        for (var model = new Message(file); model.Next(); )
        {
            if (model.Field != 1)
            {
                continue;
            }

            ReadOnlySpan<byte> text = [];
            var score = 0f;
            for (var piece = new Message(model.Bytes); piece.Next(); )
            {
                switch (piece.Field)
                {
                    case 1:
                        text = piece.Bytes;
                        break;
                    case 2:
                        score = BitConverter.UInt32BitsToSingle((uint)piece.Number);
                        break;
                    case 3 when piece.Number == BytePiece:
                        throw new InvalidDataException("byte pieces are not supported");
                    default:
                        break;
                }
            }

            Check(number, text, score, first);
            if (number++ >= first.Length)
            {
                scores[pieces.Count] = score;
                pieces.Add(text, pieces.Count);
            }
        }

        if (number <= first.Length)
        {
            throw new InvalidDataException($"no SentencePiece model: found {number} pieces");
        }
    }

    private static void Check(int number, ReadOnlySpan<byte> text, float score, ReadOnlySpan<string> first)
    {
        if (
            number < first.Length
            && !string.Equals(Encoding.UTF8.GetString(text), first[number], StringComparison.Ordinal)
        )
        {
            throw new InvalidDataException(
                $"piece {number} is '{Encoding.UTF8.GetString(text)}', expected '{first[number]}'"
            );
        }

        if (text.Length > LongestPiece || !float.IsFinite(score))
        {
            throw new InvalidDataException($"piece {number} has {text.Length} bytes and the score {score}");
        }
    }

    private const int LongestPiece = 1000;
}
