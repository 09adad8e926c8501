using System.Collections.Frozen;
using System.Globalization;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>What the reference's normalisers do to each code point; unicode.txt says how it was found.</summary>
internal sealed class UnicodeTable
{
    private readonly UnicodeTraits[] _traits = new UnicodeTraits[0x110000];
    private readonly Dictionary<int, int[]> _decompositions = [];
    private readonly HashSet<int> _alone = [];
    private readonly Dictionary<int, int[]> _lowerCase = [];
    private readonly Dictionary<int, int> _combiningClasses = [];
    private readonly Lazy<FrozenDictionary<(int First, int Second), int>> _compositions;
    private readonly Lazy<FrozenSet<int>> _seconds;

    private UnicodeTable()
    {
        using var stream = typeof(UnicodeTable).Assembly.GetManifestResourceStream("unicode.txt")!;
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
        Mark(UnicodeTraits.Space, (0x9, 0xD), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680));
        Mark(
            UnicodeTraits.Space,
            (0x2000, 0x200A),
            (0x2028, 0x2029),
            (0x202F, 0x202F),
            (0x205F, 0x205F),
            (0x3000, 0x3000)
        );
        Mark(UnicodeTraits.Ideograph, (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF));
        Mark(UnicodeTraits.Ideograph, (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF), (0x2F800, 0x2FA1F));
        Mark(UnicodeTraits.Decomposes, (Hangul.First, Hangul.Last));
        _compositions = new(ReadCompositions);
        _seconds = new(() => _compositions.Value.Keys.Select(pair => pair.Second).ToFrozenSet());
    }

    public static UnicodeTable Instance { get; } = new();

    public UnicodeTraits this[int codePoint] => _traits[codePoint];

    public int CombiningClass(int codePoint) => _combiningClasses.GetValueOrDefault(codePoint);

    public ReadOnlySpan<int> LowerCase(int codePoint) => _lowerCase[codePoint];

    /// <summary>Canonical decomposition of a code point that decomposes.</summary>
    public ReadOnlySpan<int> Decomposition(int codePoint) =>
        codePoint is >= Hangul.First and <= Hangul.Last ? Hangul.Decompose(codePoint) : _decompositions[codePoint];

    /// <summary>The code point that two canonically are.</summary>
    public bool TryCompose(int first, int second, out int composed) =>
        Hangul.TryCompose(first, second, out composed)
        || _compositions.Value.TryGetValue((first, second), out composed);

    /// <summary>True for what may be the second of two that compose.</summary>
    public bool ComposesWithBefore(int codePoint) => Hangul.IsSecond(codePoint) || _seconds.Value.Contains(codePoint);

    /// <summary>All but the last code point of a decomposition are one again, and that with the last is the whole.</summary>
    private FrozenDictionary<(int First, int Second), int> ReadCompositions()
    {
        var composing = _decompositions.Where(entry => !_alone.Contains(entry.Key)).ToList();
        var wholes = composing.ToDictionary(
            entry => string.Join('.', entry.Value),
            entry => entry.Key,
            StringComparer.Ordinal
        );
        return composing.ToFrozenDictionary(
            entry =>
                (entry.Value is [var only, _] ? only : wholes[string.Join('.', entry.Value[..^1])], entry.Value[^1]),
            entry => entry.Key
        );
    }

    private void Read(string[] line)
    {
        foreach (var entry in line.AsSpan(1))
        {
            var (left, right) = entry.Split('=') is [var l, var r] ? (l, r) : (entry, "");
            var range = Array.ConvertAll(left.Split('-'), Hex);
            switch (line[0])
            {
                case "drop":
                    Mark(UnicodeTraits.Dropped, (range[0], range[1]));
                    break;
                case "punct":
                    Mark(UnicodeTraits.Punctuation, (range[0], range[1]));
                    break;
                case "mn":
                    Mark(UnicodeTraits.Mark, (range[0], range[1]));
                    break;
                case "nfd":
                    Mark(UnicodeTraits.Decomposes, (range[0], range[0]));
                    _decompositions[range[0]] = Array.ConvertAll(right.Split('.'), Hex);
                    break;
                case "alone":
                    _alone.UnionWith(Enumerable.Range(range[0], range[1] - range[0] + 1));
                    break;
                case "lower":
                    Mark(UnicodeTraits.UpperCase, (range[0], range[0]));
                    _lowerCase[range[0]] = Array.ConvertAll(right.Split('.'), Hex);
                    break;
                case "ccc":
                    Mark(UnicodeTraits.Combining, (range[0], range[1]));
                    for (var codePoint = range[0]; codePoint <= range[1]; codePoint++)
                    {
                        _combiningClasses[codePoint] = int.Parse(right, CultureInfo.InvariantCulture);
                    }

                    break;
                default:
                    throw new InvalidDataException($"unicode.txt: line '{line[0]}' is not known");
            }
        }
    }

    private void Mark(UnicodeTraits trait, params ReadOnlySpan<(int First, int Last)> ranges)
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

        public static bool IsSecond(int codePoint) => IsVowel(codePoint) || IsTail(codePoint);

        public static bool TryCompose(int first, int second, out int syllable)
        {
            var isPair = first is >= 0x1100 and <= 0x1112 && IsVowel(second);
            var takesTail = first is >= First and <= Last && (first - First) % 28 == 0 && IsTail(second);
            syllable =
                isPair ? First + ((((first - 0x1100) * 21) + (second - 0x1161)) * 28)
                : takesTail ? first + (second - 0x11A7)
                : 0;
            return isPair || takesTail;
        }

        private static bool IsVowel(int codePoint) => codePoint is >= 0x1161 and <= 0x1175;

        private static bool IsTail(int codePoint) => codePoint is >= 0x11A8 and <= 0x11C2;
    }
}

internal static class UnicodeTraitsExtensions
{
    /// <summary>Enum.HasFlag allocates until the method has been compiled for speed.</summary>
    public static bool Has(this UnicodeTraits traits, UnicodeTraits trait) => (traits & trait) != UnicodeTraits.None;
}

[Flags]
internal enum UnicodeTraits : byte
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
