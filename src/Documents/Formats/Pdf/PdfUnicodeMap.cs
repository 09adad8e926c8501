using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Tokens;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>
/// The predefined maps whose codes are Unicode itself (Adobe's UniJIS2004-UTF16-H, UniGB-UTF8-V, ...), as maps that a file could
/// hold: the library knows some of them only.
/// </summary>
internal static partial class PdfUnicodeMap
{
    // The low six bits are always in the last byte: runs of so many characters follow one another in each encoding.
    private const int Run = 64;

    private static readonly Assembly Library = typeof(PdfDocument).Assembly;

    [GeneratedRegex(
        "^Uni[A-Z][A-Za-z0-9]*-(?<encoding>UCS2|UTF8|UTF16|UTF32)(?:-HW)?-[HV]$",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex UnicodeName { get; }

    /// <summary>True for the name of a map that comes with the library.</summary>
    public static bool IsKnown(string name) =>
        Library.GetManifestResourceInfo($"UglyToad.PdfPig.Resources.CMap.{name}") is not null;

    /// <summary>The map of that name, which says how codes are cut and what they mean; null where codes are not Unicode.</summary>
    public static StreamToken? Of(string name)
    {
        if (UnicodeName.Match(name) is not { Success: true } match)
        {
            return null;
        }

        var (encoding, codes) = match.Groups["encoding"].Value switch
        {
            "UTF8" => ((Encoding)new UTF8Encoding(), "<00><7F><C080><DFBF><E08080><EFBFBF><F0808080><F7BFBFBF>"),
            "UTF32" => (new UTF32Encoding(bigEndian: true, byteOrderMark: false), "<00000000><0010FFFF>"),
            _ => (Encoding.BigEndianUnicode, "<0000><D7FF><D800DC00><DBFFDFFF><E000><FFFF>"),
        };
        var map = new StringBuilder();
        map.Append(CultureInfo.InvariantCulture, $"/CMapName /{name} def /WMode {(name[^1] == 'V' ? 1 : 0)} def\n");
        map.Append(
            CultureInfo.InvariantCulture,
            $"begincmap {codes.Count(c => c == '<') / 2} begincodespacerange {codes} endcodespacerange\n"
        );
        // The planes that have letters of the languages for which there are such maps.
        var runs = Runs(' ', 0xD7FF).Concat(Runs(0xE000, 0xFFFF)).Concat(Runs(0x20000, 0x2FFFF)).ToList();
        map.Append(CultureInfo.InvariantCulture, $"{runs.Count} beginbfrange\n");
        foreach (var (first, last) in runs)
        {
            map.Append(
                CultureInfo.InvariantCulture,
                $"<{Hex(encoding, first)}><{Hex(encoding, last)}><{Hex(Encoding.BigEndianUnicode, first)}>\n"
            );
        }

        map.Append("endbfrange endcmap");
        return new StreamToken(
            new DictionaryToken(new Dictionary<NameToken, IToken>()),
            Encoding.ASCII.GetBytes(map.ToString())
        );
    }

    private static IEnumerable<(int First, int Last)> Runs(int from, int to)
    {
        for (var first = from; first <= to; first = (first | (Run - 1)) + 1)
        {
            yield return (first, first | (Run - 1));
        }
    }

    private static string Hex(Encoding encoding, int character) =>
        Convert.ToHexString(encoding.GetBytes(char.ConvertFromUtf32(character)));
}
