using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Normalizers;

/// <summary>
/// SentencePiece's compiled character map: a Darts double array from UTF-8 keys to replacements.
/// Applied as Hugging Face's Precompiled normaliser does: a grapheme of under six bytes is replaced whole by the first
/// entry that is a prefix of it, and otherwise each of its code points for itself.
/// </summary>
internal sealed class CharacterMap : ITextStep
{
    private const int LongestGrapheme = 5;

    private readonly uint[] _units;
    private readonly byte[] _replacements;
    private readonly string?[] _ascii = new string?[128];

    private CharacterMap(uint[] units, byte[] replacements)
    {
        (_units, _replacements) = (units, replacements);
        for (var unit = 0; unit < _ascii.Length; unit++)
        {
            _ascii[unit] = Find([(byte)unit]);
        }
    }

    /// <exception cref="InvalidDataException">The map is cut.</exception>
    public static CharacterMap Read(ReadOnlySpan<byte> map)
    {
        if (map.IsEmpty)
        {
            return new CharacterMap([], []);
        }

        var size = map.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(map);
        if (size > map.Length - 4 || size % 4 != 0)
        {
            throw new InvalidDataException($"a character map of {map.Length} bytes cannot hold {size} bytes of keys");
        }

        var units = MemoryMarshal.Cast<byte, uint>(map.Slice(4, (int)size)).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(units, units);
        }

        return new CharacterMap(units, map[(4 + (int)size)..].ToArray());
    }

    public void Apply(MappedSpan from, MappedText to)
    {
        for (var at = 0; at < from.Length; )
        {
            var length = GraphemeLength(from.Chars[at..]);
            if (TryReplace(from.Slice(at, length), to))
            {
                at += length;
                continue;
            }

            for (var end = at + length; at < end; at += length)
            {
                _ = from.RuneAt(at, out length);
                if (!TryReplace(from.Slice(at, length), to))
                {
                    to.Add(from.Slice(at, length));
                }
            }
        }
    }

    private bool TryReplace(MappedSpan part, MappedText to)
    {
        if (Replacement(part.Chars) is not { } replacement)
        {
            return false;
        }

        to.Add(replacement, part.Source);
        return true;
    }

    private string? Replacement(ReadOnlySpan<char> part)
    {
        if (part is [< '\x80'])
        {
            return _ascii[part[0]];
        }

        Span<byte> key = stackalloc byte[LongestGrapheme];
        return Encoding.UTF8.TryGetBytes(part, key, out var length) ? Find(key[..length]) : null;
    }

    /// <summary>The replacement of the shortest entry that is a prefix of the key.</summary>
    private string? Find(ReadOnlySpan<byte> key)
    {
        if (_units is [])
        {
            return null;
        }

        var node = Offset(_units[0]);
        foreach (var label in key)
        {
            node ^= label;
            if (label == 0 || node >= _units.Length || Label(_units[node]) != label)
            {
                return null;
            }

            var unit = _units[node];
            node ^= Offset(unit);
            if (HasLeaf(unit) && node < _units.Length)
            {
                return ReplacementAt(Value(_units[node]));
            }
        }

        return null;
    }

    private string ReplacementAt(uint index)
    {
        var rest = _replacements.AsSpan((int)Math.Min(index, (uint)_replacements.Length));
        var length = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(length < 0 ? rest : rest[..length]);
    }

    /// <summary>Below U+0300 and among ideographs nothing joins, but for a line break of two characters.</summary>
    private static int GraphemeLength(ReadOnlySpan<char> text) =>
        text.Length == 1 || (JoinsNothing(text[0]) && JoinsNothing(text[1]))
            ? 1
            : StringInfo.GetNextTextElementLength(text);

    private static bool JoinsNothing(char unit) => unit is (< '\u0300' and not '\r') or (>= '\u4E00' and <= '\u9FFF');

    // The layout of a unit is that of darts-clone: label, leaf mark, offset with its own scale bit, or a value.
    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & (1u << 9)) >> 6);

    private static uint Label(uint unit) => unit & ((1u << 31) | 0xFF);

    private static bool HasLeaf(uint unit) => ((unit >> 8) & 1) == 1;

    private static uint Value(uint unit) => unit & ((1u << 31) - 1);
}
