using System.Text;
using EmbeddingFunctions.Embeddings.Tokenizers.Models;
using Microsoft.ML.Tokenizers;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Files;

/// <summary>Tokens and their ids, each once.</summary>
internal sealed class Vocabulary
{
    // Ids may leave gaps, but what is made by id must not take more room than what the file holds.
    private const int MostFree = 100_000;
    private const int LongestPiece = 1000;

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly HashSet<int> _taken = [];
    private int _highest;

    /// <param name="json">An object of tokens and ids.</param>
    public static Vocabulary Read(Json json)
    {
        var vocabulary = new Vocabulary();
        foreach (var (token, id) in json.Members)
        {
            if (vocabulary.Add(token, id.Number) is { } wrong)
            {
                throw id.Unsupported(wrong);
            }
        }

        return vocabulary._highest < vocabulary._ids.Count + MostFree
            ? vocabulary
            : throw json.Unsupported($"found the id {vocabulary._highest} among {vocabulary._ids.Count} tokens");
    }

    /// <param name="path">A file with a token a line, the first of which has the id 0.</param>
    public static Vocabulary Read(string path)
    {
        var vocabulary = new Vocabulary();
        foreach (var (id, token) in File.ReadAllText(path).TrimEnd('\n').Split('\n').Index())
        {
            if (vocabulary.Add(token.TrimEnd('\r'), id) is { } wrong)
            {
                throw new ModelFolderException($"{path}: line {id + 1}: {wrong}");
            }
        }

        return vocabulary;
    }

    /// <summary>The text of a piece.</summary>
    public static string Piece(Json json) =>
        json.Text.Length <= LongestPiece ? json.Text : throw json.Unsupported(TooLong(json.Text));

    /// <summary>The two texts that a merge is of: a pair of texts, or one with a space between them.</summary>
    public static (string Left, string Right) Halves(Json merge)
    {
        if (merge.IsList)
        {
            var (left, right) = merge.Pair;
            return (left.Text, right.Text);
        }

        return merge.Text.Split(' ') is [var first, var second]
            ? (first, second)
            : throw merge.Unsupported($"found '{merge.Text}', expected two tokens with a space between them");
    }

    public int? Find(string token) => _ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>A token is named by its text, or by an object that holds it.</summary>
    public static string Content(Json token) => token.IsObject ? token["content"].Text : token.Text;

    /// <summary>The id of a token that must be there.</summary>
    /// <param name="where">What names the token.</param>
    public int Id(Json where) => Id(where, Content(where));

    /// <param name="where">What names the token.</param>
    /// <param name="token">Its text.</param>
    public int Id(Json where, string token) =>
        Find(token) ?? throw where.Unsupported($"'{token}' is not in the vocabulary");

    /// <summary>A WordPiece model of these tokens.</summary>
    /// <param name="unknown">What names the unknown token.</param>
    /// <param name="continuation">What pieces begin with that do not begin a word: ##, as a rule.</param>
    /// <param name="maxWordLength">Code points; a longer word is unknown.</param>
    public WordPiece ToWordPiece(Json unknown, string continuation, int maxWordLength)
    {
        var unknownId = Id(unknown);

        // as the file that the library reads: a token a line, an empty line where an id is free
        var lines = new string[_highest + 1];
        var lengths = new int[lines.Length];
        foreach (var (token, id) in _ids)
        {
            if (token.AsSpan().ContainsAny('\r', '\n'))
            {
                throw unknown.Unsupported($"the token of id {id} has a line break");
            }

            var isContinuation = token.StartsWith(continuation, StringComparison.Ordinal);
            (lines[id], lengths[id]) = (token, token.Length - (isContinuation ? continuation.Length : 0));
        }

        var options = new WordPieceOptions
        {
            UnknownToken = Content(unknown),
            ContinuingSubwordPrefix = continuation,

            // it counts UTF-16 units where the reference counts code points, and has room for so many on the stack
            MaxInputCharsPerWord = maxWordLength * 2,
        };
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        return new(WordPieceTokenizer.Create(file, options), lengths, unknownId, maxWordLength);
    }

    private static string TooLong(string token) =>
        $"a token has {token.Length} characters, expected at most {LongestPiece}";

    /// <summary>Null, or what is wrong.</summary>
    private string? Add(string token, int id)
    {
        _highest = Math.Max(_highest, id);
        return token.Length > LongestPiece ? TooLong(token)
            : !_taken.Add(id) ? $"another token has the id {id} too"
            : !_ids.TryAdd(token, id) ? $"the token '{token}' is there twice"
            : null;
    }
}
