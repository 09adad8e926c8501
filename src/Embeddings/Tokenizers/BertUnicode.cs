using System.Globalization;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>What the reference BERT normaliser does to each code point; bert-unicode.txt says how it was found.</summary>
internal sealed class BertUnicode
{
    private readonly BertTraits[] _traits = new BertTraits[0x110000];
    private readonly Dictionary<int, int[]> _decompositions = [];
    private readonly Dictionary<int, int[]> _lowerCase = [];
    private readonly Dictionary<int, int> _combiningClasses = [];

    private BertUnicode()
    {
        using var stream = typeof(BertUnicode).Assembly.GetManifestResourceStream("bert-unicode.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                Read(line.Split(' '));
            }
        }

        // What the reference compares with by itself: white space (all of it becomes one kind) and its CJK blocks.
        // 2B920 is the reference's slip for 2B820.
        Mark(BertTraits.Space, (0x9, 0xD), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680));
        Mark(
            BertTraits.Space,
            (0x2000, 0x200A),
            (0x2028, 0x2029),
            (0x202F, 0x202F),
            (0x205F, 0x205F),
            (0x3000, 0x3000)
        );
        Mark(BertTraits.Ideograph, (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF));
        Mark(BertTraits.Ideograph, (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF), (0x2F800, 0x2FA1F));
        Mark(BertTraits.Decomposes, (Hangul.First, Hangul.Last));
    }

    public static BertUnicode Table { get; } = new();

    public BertTraits this[int codePoint] => _traits[codePoint];

    public int CombiningClass(int codePoint) => _combiningClasses.GetValueOrDefault(codePoint);

    public ReadOnlySpan<int> LowerCase(int codePoint) => _lowerCase[codePoint];

    /// <summary>Canonical decomposition without the marks that vanish.</summary>
    public ReadOnlySpan<int> Decomposition(int codePoint) =>
        codePoint is >= Hangul.First and <= Hangul.Last ? Hangul.Decompose(codePoint) : _decompositions[codePoint];

    private void Read(string[] line)
    {
        foreach (var entry in line.AsSpan(1))
        {
            var (left, right) = entry.Split('=') is [var l, var r] ? (l, r) : (entry, "");
            var range = Array.ConvertAll(left.Split('-'), Hex);
            switch (line[0])
            {
                case "drop":
                    Mark(BertTraits.Dropped, (range[0], range[1]));
                    break;
                case "punct":
                    Mark(BertTraits.Punctuation, (range[0], range[1]));
                    break;
                case "mn":
                    Mark(BertTraits.Mark, (range[0], range[1]));
                    break;
                case "strip":
                    Mark(BertTraits.Decomposes, (range[0], range[0]));
                    _decompositions[range[0]] = Array.ConvertAll(right.Split('.'), Hex);
                    break;
                case "lower":
                    Mark(BertTraits.UpperCase, (range[0], range[0]));
                    _lowerCase[range[0]] = Array.ConvertAll(right.Split('.'), Hex);
                    break;
                case "ccc":
                    Mark(BertTraits.Combining, (range[0], range[1]));
                    for (var codePoint = range[0]; codePoint <= range[1]; codePoint++)
                    {
                        _combiningClasses[codePoint] = int.Parse(right, CultureInfo.InvariantCulture);
                    }

                    break;
                default:
                    throw new InvalidDataException($"bert-unicode.txt: line '{line[0]}' is not known");
            }
        }
    }

    private void Mark(BertTraits trait, params ReadOnlySpan<(int First, int Last)> ranges)
    {
        foreach (var (first, last) in ranges)
        {
            foreach (ref var traits in _traits.AsSpan(first, last - first + 1))
            {
                traits |= trait;
            }
        }
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>The Unicode standard, section 3.12.</summary>
    private static class Hangul
    {
        public const int First = 0xAC00;
        public const int Last = 0xD7A3;

        public static int[] Decompose(int syllable)
        {
            var index = syllable - First;
            var (lead, vowel, tail) = (0x1100 + (index / 588), 0x1161 + (index % 588 / 28), 0x11A7 + (index % 28));
            return tail == 0x11A7 ? [lead, vowel] : [lead, vowel, tail];
        }
    }
}

internal static class BertTraitsExtensions
{
    /// <summary>Enum.HasFlag allocates until the method has been compiled for speed.</summary>
    public static bool Has(this BertTraits traits, BertTraits trait) => (traits & trait) != BertTraits.None;
}

[Flags]
internal enum BertTraits : byte
{
    None = 0,
    Dropped = 1,
    Punctuation = 2,
    Mark = 4,
    Decomposes = 8,
    UpperCase = 16,
    Combining = 32,
    Ideograph = 64,
    Space = 128,
}
