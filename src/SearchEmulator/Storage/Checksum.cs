using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>CRC-32C of what is stored: SQLite notices a damaged structure, but not a damaged value.</summary>
internal static class Checksum
{
    /// <summary>Of a definition.</summary>
    public static long Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Of the key that a version has, in UTF-8.</summary>
    public static long OfKey(long ord, ReadOnlySpan<byte> key) => Of(key, (uint)ord ^ (uint)(ord >> 32));

    /// <summary>Of a document without its vectors; those of the vectors are added by exclusive or, in any order.</summary>
    public static long OfDocument(long ord, ReadOnlySpan<byte> key, ReadOnlySpan<byte> json) =>
        OfKey(ord, key) ^ Of(json);

    /// <summary>Of a vector; 0 where there is none.</summary>
    public static long OfVector(Field field, ReadOnlySpan<float> vector) =>
        vector.IsEmpty ? 0 : Of(MemoryMarshal.AsBytes(vector), (uint)Of(field.Name));

    private static uint Of(ReadOnlySpan<byte> bytes, uint seed = 0)
    {
        var sum = ~seed;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            sum = BitOperations.Crc32C(sum, word);
        foreach (var rest in bytes[(bytes.Length & -sizeof(ulong))..])
            sum = BitOperations.Crc32C(sum, rest);
        return ~sum;
    }
}
