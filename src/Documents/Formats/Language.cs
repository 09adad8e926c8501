using System.Text;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>
/// The language of a text: what the file declares, unless the text shows another. Templates and editors declare "en" in
/// documents of every language.
/// </summary>
internal static class Language
{
    private const int SampleChars = 50_000;

    // Languages that share a script. A declaration among them is believed unless letters or words speak against it, any
    // other is not.
    private static readonly Dictionary<string, string[]> SameScript = new(StringComparer.Ordinal)
    {
        ["zh"] = ["zh", "yue", "wuu", "lzh", "ja"],
        ["ja"] = ["ja"],
        ["ko"] = ["ko"],
        ["ru"] = ["ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "tg", "mn", "tt"],
        ["ar"] = ["ar", "fa", "ur", "ps", "ug", "ckb", "sd"],
        ["hi"] = ["hi", "mr", "ne", "sa"],
        ["th"] = ["th"],
        ["he"] = ["he", "yi"],
        ["el"] = ["el"],
    };

    private const string Latin = "latin";

    // Languages that people do write in Latin letters (sr, kk, tt ...) are not among them.
    private static readonly HashSet<string> NeverLatin = new(StringComparer.Ordinal)
    {
        "zh",
        "ja",
        "ko",
        "ru",
        "uk",
        "be",
        "bg",
        "ar",
        "fa",
        "he",
        "hi",
        "th",
        "el",
    };

    /// <summary>A BCP 47 tag, or null where neither says one.</summary>
    public static string? Of(IEnumerable<Block> blocks, string? declared = null)
    {
        var tag = declared?.Trim().Replace('_', '-');
        tag = string.IsNullOrEmpty(tag) || !tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? null : tag;
        var primary = tag?.Split('-')[0].ToLowerInvariant();
        var text = Sample(blocks);
        var scripts = Scripts(text);
        return scripts
            .OrderByDescending(script => script.Value)
            .ThenBy(script => script.Key, StringComparer.Ordinal)
            .Select(script => script.Key)
            .FirstOrDefault() switch
        {
            null => tag,
            Latin when primary is not null && NeverLatin.Contains(primary) =>
            // A text full of names and code may still be in the language that it says it is.
            scripts.Keys.Any(script => script != Latin && SameScript[script].Contains(primary, StringComparer.Ordinal))
                ? tag
                : LatinWords.LanguageOf(text),
            Latin => LatinWords.LanguageOf(text) is { } shown
            && (primary is null || (!Same(shown, primary) && LatinWords.Knows(primary)))
                ? shown
                : tag,
            "ru" => Among("ru", Cyrillic(text), primary, tag),
            "ar" => Among("ar", Arabic(text), primary, tag),
            var script => Among(script, null, primary, tag),
        };
    }

    // What letters show is believed against a declaration that they could have shown too.
    private static string? Among(string script, string? shown, string? primary, string? tag) =>
        primary is not null
        && SameScript[script].Contains(primary, StringComparer.Ordinal)
        && (shown is null || Same(shown, primary) || primary is not ("ru" or "uk" or "ar" or "fa"))
            ? tag
            : shown ?? script;

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);

    private static string? Cyrillic(string text)
    {
        var (russian, ukrainian) = (Count(text, "ыэёъ"), Count(text, "іїєґ"));
        return Count(text, "ў") > 0 && ukrainian > 0 ? "be"
            : ukrainian > russian ? "uk"
            : russian == 0 && Count(text, "јљњћђ") > 0 ? "sr"
            : Count(text, "ыэ") > 0 ? "ru"
            : Count(text, "ъ") > 1 ? "bg"
            : null;
    }

    private static string? Arabic(string text)
    {
        var (persian, arabic) = (Count(text, "پچژگکی"), Count(text, "يكةىأإ"));
        return Count(text, "ٹڈڑں") > 0 && persian > arabic ? "ur"
            : persian > arabic ? "fa"
            : arabic > 0 ? "ar"
            : null;
    }

    private static int Count(string text, string letters) =>
        text.Count(c => letters.Contains(char.ToLowerInvariant(c), StringComparison.Ordinal));

    private static string Sample(IEnumerable<Block> blocks)
    {
        var sample = new StringBuilder();
        foreach (var block in blocks)
        {
            var room = SampleChars - sample.Length;
            if (room <= 0)
            {
                break;
            }

            sample.Append(block.Text.AsSpan(0, Math.Min(room, block.Text.Length))).Append('\n');
        }

        return sample.ToString();
    }

    // Letters of each script.
    private static Dictionary<string, int> Scripts(string text)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Script(rune.Value) is { } script)
            {
                // One ideograph or syllable says as much as several letters.
                counts[script] = counts.GetValueOrDefault(script) + (script is "zh" or "ja" or "ko" ? 3 : 1);
            }
        }

        var han = counts.GetValueOrDefault("zh");
        var kana = counts.GetValueOrDefault("ja");
        if (kana > 0 && kana * 20 >= han)
        {
            counts["ja"] = kana + han;
            counts.Remove("zh");
        }

        return counts;
    }

    private static string? Script(int rune) =>
        rune switch
        {
            (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= 0xC0 and <= 0x24F) or (>= 0x1E00 and <= 0x1EFF) => Latin,
            >= 0x370 and <= 0x3FF => "el",
            >= 0x400 and <= 0x52F => "ru",
            >= 0x590 and <= 0x5FF => "he",
            (>= 0x600 and <= 0x6FF) or (>= 0x750 and <= 0x77F) => "ar",
            >= 0x900 and <= 0x97F => "hi",
            >= 0xE00 and <= 0xE7F => "th",
            (>= 0x1100 and <= 0x11FF) or (>= 0xAC00 and <= 0xD7A3) => "ko",
            (>= 0x3041 and <= 0x30FF) or (>= 0xFF66 and <= 0xFF9F) => "ja",
            (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0x20000 and <= 0x323AF) => "zh",
            _ => null,
        };
}
