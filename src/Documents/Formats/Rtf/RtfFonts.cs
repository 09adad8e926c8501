using System.Text;

namespace EmbeddingFunctions.Documents.Formats.Rtf;

/// <summary>The code pages of the fonts: bytes mean letters only in a font.</summary>
internal sealed class RtfFonts
{
    public const int Western = 1252;

    private readonly Dictionary<int, int> _pages = [];

    /// <summary>Of fonts that have none of their own.</summary>
    public int CodePage { get; set; } = Western;

    public int Default { get; set; }

    public void SetPage(int font, int? page)
    {
        if (page is > 0)
        {
            _pages[font] = page.Value;
        }
    }

    /// <summary>Of a font by number; of the default one for a number below zero.</summary>
    public Encoding EncodingOf(int font) =>
        Charset.OfCodePage(_pages.GetValueOrDefault(font < 0 ? Default : font, CodePage));

    /// <summary>The code page of a Windows character set; symbols have none of their own.</summary>
    public static int? PageOfCharset(int? charset) =>
        charset switch
        {
            0 or 2 => Western,
            77 => 10000,
            128 => 932,
            129 => 949,
            134 => 936,
            136 => 950,
            161 or 162 => 1253 + charset - 161,
            163 => 1258,
            177 or 178 => 1255 + charset - 177,
            186 => 1257,
            204 => 1251,
            222 => 874,
            238 => 1250,
            _ => null,
        };
}
