using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EmbeddingFunctions.Functions.Sync;

/// <summary>The name of a document: its container and its full path in it.</summary>
internal sealed record DocumentPath(string Container, string Path)
{
    /// <summary>32 hex digits of SHA-256(container/path): first half of every chunk key, and the ledger's row key.</summary>
    public string Id { get; } = Hex(Encoding.UTF8.GetBytes($"{Container}/{Path}"), 32);

    /// <summary>Key of a chunk: the same heading and text keep their key wherever they move to within the document.</summary>
    /// <param name="heading">Breadcrumb of the chunk.</param>
    /// <param name="text">Text of the chunk.</param>
    /// <param name="occurrence">How many chunks of the document with the same heading and text come before it.</param>
    public string ChunkKey(string heading, string text, int occurrence)
    {
        var content =
            occurrence == 0 ? $"{Pipeline}\n{heading}\n{text}" : $"{Pipeline}\n{heading}\n{text}\n{occurrence}";
        return $"{Id}-{Hex(Encoding.UTF8.GetBytes(content), 16)}";
    }

    /// <summary>
    /// Sum, modulo 2^64, of the second halves of chunk keys, which are hashes: another set of keys has another sum (but for one
    /// in 2^64), in whatever order they come.
    /// </summary>
    public static long KeySum(IEnumerable<string> keys) =>
        keys.Aggregate(0L, (sum, key) => unchecked(sum + KeySum(key)));

    /// <summary>What one key adds to the sum; 0 for a key that is none of ours.</summary>
    public static long KeySum(string key) =>
        key.Length == 49
        && ulong.TryParse(key.AsSpan(33), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var half)
            ? unchecked((long)half)
            : 0;

    public override string ToString() => $"{Container}/{Path}";

    /// <summary>Version of the way from bytes to vectors. It is part of every chunk key: a new version replaces all chunks.</summary>
    public const int Pipeline = 1;

    private static string Hex(byte[] bytes, int digits) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..digits];
}
