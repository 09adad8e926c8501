using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Tokens;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>
/// The objects that the pages of a file need, looked through before the library reads them: it leaves out without a word the letters
/// of fonts that are lost, that have a map it does not know, or whose map is too large.
/// </summary>
internal sealed partial class PdfResources
{
    private const int Deepest = 100;
    private const int BytesOfMapped = 64;

    // What points back, or is needed for no letter.
    private static readonly HashSet<string> Aside =
    [
        "Parent",
        "Annots",
        "StructParent",
        "B",
        "Metadata",
        "PieceInfo",
        "Thumb",
        "Group",
        "OC",
        "Properties",
        "ColorSpace",
        "ExtGState",
        "Pattern",
        "Shading",
        "SMask",
        "Mask",
        "Alternates",
        "OPI",
        "AA",
        "Tabs",
        "LastModified",
    ];

    private static readonly DictionaryToken Nothing = new(new Dictionary<NameToken, IToken>());

    private readonly PdfDocument _pdf;
    private readonly CountingStream.Budget _budget;
    private readonly Dictionary<IndirectReference, bool> _isWhole = [];
    private readonly Dictionary<string, StreamToken?> _maps = new(StringComparer.Ordinal);

    /// <exception cref="DocumentException">The maps of its fonts are too large.</exception>
    public PdfResources(PdfDocument pdf, CountingStream.Budget budget)
    {
        (_pdf, _budget) = (pdf, budget);
        if (pdf.Structure.Catalog.CatalogDictionary.TryGet(NameToken.Pages, out var pages))
        {
            IsWhole(pages);
        }
    }

    /// <summary>Maps of characters that some font names and nobody knows.</summary>
    public HashSet<string> UnknownMaps { get; } = new(StringComparer.Ordinal);

    /// <summary>False where something of the page is not in the file.</summary>
    public bool IsWhole(Page page) => page.Dictionary.ContainsKey(NameToken.Type) && IsWhole(page.Dictionary);

    private bool IsWhole(IToken token, int depth = 0) =>
        depth > Deepest
        || token switch
        {
            IndirectReferenceToken reference => IsWhole(reference.Data, depth + 1),
            StreamToken stream => IsWhole(stream.StreamDictionary, depth + 1),
            ArrayToken array => AreWhole(array.Data, depth),
            DictionaryToken dictionary => AreWhole(
                dictionary.Data.Where(entry => !Aside.Contains(entry.Key)).Select(entry => entry.Value),
                depth
            ),
            _ => true,
        };

    // All of them are looked at, also behind one that is not whole.
    private bool AreWhole(IEnumerable<IToken> tokens, int depth) =>
        tokens.Aggregate(true, (whole, token) => IsWhole(token, depth + 1) && whole);

    private bool IsWhole(IndirectReference reference, int depth)
    {
        if (_isWhole.TryGetValue(reference, out var isWhole))
        {
            return isWhole;
        }

        _isWhole[reference] = true;
        var found = Find(reference);
        if (found is null)
        {
            // The library gives up a font whose shapes are lost, but not one that has none: its letters can be told.
            _pdf.Advanced.ReplaceIndirectObject(reference, Nothing);
        }

        if (found is DictionaryToken font && Is(font, NameToken.Type, "Font"))
        {
            LookAtMaps(reference, font);
        }

        return _isWhole[reference] = found is not null && IsWhole(found, depth);
    }

    private IToken? Find(IndirectReference reference)
    {
        try
        {
            return _pdf.Structure.TokenScanner.Get(reference)?.Data;
        }
        catch (Exception e) when (PdfReader.IsDamage(e))
        {
            return null;
        }
    }

    private void LookAtMaps(IndirectReference reference, DictionaryToken font)
    {
        var map = font.TryGet(NameToken.ToUnicode, out var token) ? Resolve(token) as StreamToken : null;
        if (map is not null)
        {
            Count(map);
        }

        if (
            !Is(font, NameToken.Subtype, "Type0")
            || !font.TryGet(NameToken.Encoding, out var encoding)
            || Resolve(encoding) is not NameToken { Data: var name }
            || PdfUnicodeMap.IsKnown(name)
        )
        {
            return;
        }

        if (!_maps.TryGetValue(name, out var unicode))
        {
            _maps[name] = unicode = PdfUnicodeMap.Of(name);
        }

        if (unicode is null)
        {
            UnknownMaps.Add(name);
            return;
        }

        font = font.With(NameToken.Encoding, unicode);
        _pdf.Advanced.ReplaceIndirectObject(reference, map is null ? font.With(NameToken.ToUnicode, unicode) : font);
    }

    // The library makes a string for each code of a range.
    private void Count(StreamToken map)
    {
        string text;
        try
        {
            text = Encoding.Latin1.GetString(
                map.Decode(_pdf.Structure.FilterProvider, _pdf.Structure.TokenScanner).Span
            );
        }
        catch (Exception e) when (PdfReader.IsDamage(e))
        {
            return;
        }

        foreach (var ranges in text.Split("beginbfrange").Skip(1))
        {
            foreach (var range in Range.Matches(ranges.Split("endbfrange")[0]).Cast<Match>())
            {
                var (first, last) = (Code(range.Groups["first"].Value), Code(range.Groups["last"].Value));
                _budget.Spend(BytesOfMapped * Math.Max(1, last - first + 1));
            }
        }
    }

    [GeneratedRegex(
        @"<\s*(?<first>[0-9A-Fa-f]+)\s*>\s*<\s*(?<last>[0-9A-Fa-f]+)\s*>\s*<",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Range { get; }

    private static long Code(string hex) =>
        long.TryParse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code)
        && code is >= 0 and < uint.MaxValue
            ? code
            : uint.MaxValue;

    private IToken? Resolve(IToken token) => token is IndirectReferenceToken reference ? Find(reference.Data) : token;

    private static bool Is(DictionaryToken dictionary, NameToken key, string name) =>
        dictionary.TryGet(key, out var token) && token is NameToken found && found.Data == name;
}
