using System.Text;
using UtfUnknown;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>Bytes of unknown charset to text.</summary>
internal static class Charset
{
    private const float EnoughConfidence = 0.6f;
    private const int SampleBytes = 1024 * 1024;
    private const int WholePerBroken = 4;

    // One byte in so many, at least, is zero in UTF-16 that is valid UTF-8 as well: that of ASCII has every other one.
    private const int ZerosOfWide = 10;
    private const byte Escape = 0x1B;

    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    static Charset() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>
    /// The text of the bytes; null if they are no text. In this order: byte order mark, zero bytes as UTF-16 has them,
    /// strict UTF-8 unless there is an ESC (ISO-2022 is valid UTF-8 too), UTF-8 with a broken byte here and there, what the
    /// file itself declares, statistics, windows-1252 if nearly all is ASCII.
    /// </summary>
    public static string? Decode(byte[] bytes, string? declared = null)
    {
        var text = Mark(bytes) is var (encoding, length)
            ? encoding.GetString(bytes, length, bytes.Length - length)
            : DecodeUnmarked(bytes, declared);
        return text is not null && LooksLikeText(text) ? WithoutZeros(text) : null;
    }

    private static string WithoutZeros(string text) => text.Replace("\0", "", StringComparison.Ordinal);

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
        var zeros = bytes.AsSpan().Count((byte)0);
        if (zeros > 0)
        {
            // A zero here and there among UTF-8 is damage, such as a log that a crash left.
            return
                zeros * ZerosOfWide <= bytes.Length
                && Strict(StrictUtf8, bytes) is { } damaged
                && LooksLikeText(WithoutZeros(damaged))
                ? WithoutZeros(damaged)
                : Wide(bytes);
        }

        var hasEscape = Array.IndexOf(bytes, Escape) >= 0;
        if (!hasEscape && Strict(StrictUtf8, bytes) is { } utf8)
        {
            return utf8;
        }

        if (!hasEscape && NearlyUtf8(bytes) is { } broken)
        {
            return broken;
        }

        if (declared is not null && Find(declared) is { } encoding && Mostly(encoding, bytes) is { } asDeclared)
        {
            return asDeclared;
        }

        return Guess(bytes) is { } guessed && Mostly(guessed, bytes) is { } text ? text
            : Strict(StrictUtf8, bytes) is { } escaped ? escaped
            : IsNearlyAscii(bytes) ? Encoding.GetEncoding(1252).GetString(bytes)
            : null;
    }

    // Letters of several bytes do not come about by chance: a broken byte among many of them is a broken UTF-8.
    private static string? NearlyUtf8(byte[] bytes)
    {
        var (whole, broken) = (0, 0);
        for (var rest = bytes.AsSpan(); !rest.IsEmpty; )
        {
            var ascii = rest.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            if (ascii < 0)
            {
                break;
            }

            rest = rest[ascii..];
            var isWhole = Rune.DecodeFromUtf8(rest, out _, out var length) == System.Buffers.OperationStatus.Done;
            _ = isWhole ? whole++ : broken++;
            rest = rest[length..];
        }

        return whole > broken * WholePerBroken ? Encoding.UTF8.GetString(bytes) : null;
    }

    // Too few other letters to tell a charset by them.
    private static bool IsNearlyAscii(byte[] bytes) =>
        bytes.LongCount(b => b >= 0x80) <= Math.Max(1, bytes.LongLength / 50);

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

    /// <summary>The encoding of a Windows code page; windows-1252 for one that does not exist.</summary>
    public static Encoding OfCodePage(int codePage)
    {
        try
        {
            return Encoding.GetEncoding(codePage == 0 ? 1252 : codePage);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return Encoding.GetEncoding(1252);
        }
    }

    // A file without zero bytes is not UTF-16, whatever it declares.
    private static Encoding? Find(string name)
    {
        var label = name.Trim().ToLowerInvariant();
        try
        {
            var encoding = WebLabels.TryGetValue(label, out var codePage)
                ? Encoding.GetEncoding(codePage)
                : Encoding.GetEncoding(label);
            return encoding.CodePage is 1200 or 1201 or 12000 or 12001 ? null : encoding;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    // Labels that mean another encoding on the web (encoding.spec.whatwg.org) than .NET says, or that it does not know.
    private static readonly Dictionary<string, int> WebLabels = new(
        new (int CodePage, string Labels)[]
        {
            (65001, "utf8 unicode11utf8 unicode20utf8 x-unicode20utf8"),
            (
                1252,
                "iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 iso-ir-100 latin1 l1 cp819 ibm819 csisolatin1"
                    + " ascii us-ascii ansi_x3.4-1968 cp1252 x-cp1252 x-user-defined"
            ),
            (
                1254,
                "iso-8859-9 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 iso-ir-148 latin5 l5 csisolatin5 cp1254 x-cp1254"
            ),
            (874, "iso-8859-11 iso8859-11 iso885911 tis-620 dos-874"),
            (
                54936,
                "gb2312 gb_2312 gb_2312-80 gbk x-gbk cp936 ms936 windows-936 chinese csgb2312 csiso58gb231280 iso-ir-58 euc-cn"
                    + " x-euc-cn"
            ),
            (
                932,
                "windows-31j ms932 cp932 x-ms-cp932 cswindows31j shift_jis shift-jis sjis x-sjis ms_kanji csshiftjis"
            ),
            (
                949,
                "euc-kr cseuckr windows-949 ms949 cp949 uhc ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean iso-ir-149"
                    + " csksc56011987"
            ),
            (950, "big5 big5-hkscs cn-big5 csbig5 x-x-big5 cp950 ms950 windows-950"),
            (1250, "cp1250"),
            (1251, "cp1251"),
            (1253, "cp1253"),
            (1255, "cp1255"),
            (1257, "cp1257"),
            (1258, "cp1258"),
            (866, "866 csibm866"),
            (10000, "mac x-mac-roman csmacintosh"),
            (10007, "x-mac-ukrainian"),
            (20866, "koi8_r"),
            (28592, "iso88592"),
            (28596, "csiso88596e csiso88596i iso-8859-6-e iso-8859-6-i"),
            (28597, "sun_eu_greek iso88597"),
            (28598, "csiso88598e iso-8859-8-e iso88598"),
            (28605, "iso885915 csisolatin9"),
        }.SelectMany(row => row.Labels.Split(' '), (row, label) => KeyValuePair.Create(label, row.CodePage)),
        StringComparer.Ordinal
    );

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
        var most = text.Length / 100;
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsOdd(rune) && --most < 0)
            {
                return false;
            }
        }

        return true;
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
