using System.Text;
using UtfUnknown;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>Bytes of unknown charset to text.</summary>
internal static class Charset
{
    private const float EnoughConfidence = 0.6f;
    private const int SampleBytes = 1024 * 1024;
    private const byte Escape = 0x1B;

    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    static Charset() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>
    /// The text of the bytes; null if they are no text. In this order: byte order mark, zero bytes as UTF-16 has them,
    /// strict UTF-8 unless there is an ESC (ISO-2022 is valid UTF-8 too), what the file itself declares, statistics.
    /// </summary>
    public static string? Decode(byte[] bytes, string? declared = null)
    {
        var text = Mark(bytes) is var (encoding, length)
            ? encoding.GetString(bytes, length, bytes.Length - length)
            : DecodeUnmarked(bytes, declared);
        return text is not null && LooksLikeText(text) ? text : null;
    }

    private static (Encoding Encoding, int Length)? Mark(ReadOnlySpan<byte> bytes) =>
        bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8, 3),
            [0xFF, 0xFE, 0, 0, ..] => (Encoding.UTF32, 4),
            [0, 0, 0xFE, 0xFF, ..] => (new UTF32Encoding(bigEndian: true, byteOrderMark: false), 4),
            [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
            [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
            [0x84, 0x31, 0x95, 0x33, ..] => (Encoding.GetEncoding("gb18030"), 4),
            _ => null,
        };

    private static string? DecodeUnmarked(byte[] bytes, string? declared)
    {
        if (Array.IndexOf(bytes, (byte)0) >= 0)
        {
            return Wide(bytes);
        }

        var hasEscape = Array.IndexOf(bytes, Escape) >= 0;
        if (!hasEscape && Strict(StrictUtf8, bytes) is { } utf8)
        {
            return utf8;
        }

        if (declared is not null && Find(declared) is { } encoding && Mostly(encoding, bytes) is { } asDeclared)
        {
            return asDeclared;
        }

        return Guess(bytes) is { } guessed && Mostly(guessed, bytes) is { } text ? text : Strict(StrictUtf8, bytes);
    }

    private static Encoding? Guess(byte[] bytes)
    {
        // The first bytes of a long file may all be ASCII: what tells charsets apart begins where that ends.
        var first = bytes.AsSpan().IndexOfAnyExcept(Ascii);
        var start = Math.Max(0, first - 1024);
        var sample = bytes.AsSpan(start, Math.Min(SampleBytes, bytes.Length - start)).ToArray();
        var found = CharsetDetector.DetectFromBytes(sample).Detected;
        return found is { Confidence: >= EnoughConfidence, EncodingName: not "ascii" }
            ? Find(found.EncodingName)
            : null;
    }

    private static readonly System.Buffers.SearchValues<byte> Ascii = System.Buffers.SearchValues.Create([
        .. Enumerable.Range(0, 128).Where(b => b != Escape).Select(b => (byte)b),
    ]);

    private static Encoding? Find(string name)
    {
        try
        {
            return Encoding.GetEncoding(name.Trim());
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // Zero bytes are in no text of one byte a character: it is UTF-16 (or 32) without a mark, or it is no text.
    // The right byte order is the one that shows more spaces, line ends and punctuation.
    private static string? Wide(byte[] bytes)
    {
        Encoding[] encodings =
            bytes.Length % 4 == 0
            && bytes.AsSpan(0, Math.Min(bytes.Length, 4096)).Count((byte)0) * 2 >= Math.Min(bytes.Length, 4096)
                ?
                [
                    new UTF32Encoding(bigEndian: false, byteOrderMark: false, throwOnInvalidCharacters: true),
                    new UTF32Encoding(bigEndian: true, byteOrderMark: false, throwOnInvalidCharacters: true),
                    .. Utf16,
                ]
                : Utf16;
        return encodings
            .Select(encoding => Strict(encoding, bytes))
            .Where(text => text is not null && LooksLikeText(text))
            .MaxBy(text => text!.Count(IsCommon));
    }

    private static readonly Encoding[] Utf16 =
    [
        new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true),
        new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true),
    ];

    private static bool IsCommon(char c) =>
        c
            is (>= ' ' and <= '~')
                or '\n'
                or '\r'
                or '\t'
                or (>= '\u3000' and <= '\u303F')
                or (>= '\uFF00' and <= '\uFFEF');

    private static string? Strict(Encoding encoding, byte[] bytes)
    {
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // A damaged byte in a thousand is a damaged file; more is a wrong guess.
    private static string? Mostly(Encoding encoding, byte[] bytes)
    {
        var text = Encoding
            .GetEncoding(
                encoding.CodePage,
                EncoderFallback.ReplacementFallback,
                new DecoderReplacementFallback("\uFFFD")
            )
            .GetString(bytes);
        return text.AsSpan().Count('\uFFFD') <= 1 + (text.Length / 1000) ? text : null;
    }

    // Bytes that are no text decode to control characters, unassigned code points and private use sooner or later.
    private static bool LooksLikeText(string text)
    {
        var odd = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            odd += IsOdd(rune) ? 1 : 0;
        }

        return odd <= text.Length / 100;
    }

    private static bool IsOdd(Rune rune) =>
        rune.Value switch
        {
            '\t' or '\n' or '\r' or '\f' or '\v' or '\b' or Escape => false,
            < 0x20 or (>= 0x7F and < 0xA0 and not 0x85) => true,
            < 0x250 => false,
            _ => Rune.GetUnicodeCategory(rune)
                is System.Globalization.UnicodeCategory.OtherNotAssigned
                    or System.Globalization.UnicodeCategory.PrivateUse,
        };
}
