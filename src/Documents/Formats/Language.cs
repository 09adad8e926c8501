namespace EmbeddingFunctions.Documents.Formats;

/// <summary>The language of a text by what the file declares and what its script shows.</summary>
internal static class Language
{
    private const int SampleChars = 50_000;

    // Languages that share a script: a declaration among them is believed, any other is not. Templates and editors
    // declare "en" in documents of every language.
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
        var scripts = Scripts(blocks);
        var shown = scripts
            .OrderByDescending(script => script.Value)
            .ThenBy(script => script.Key, StringComparer.Ordinal)
            .Select(script => script.Key)
            .FirstOrDefault();
        var primary = tag?.Split('-')[0].ToLowerInvariant() ?? "";
        return shown switch
        {
            null => tag,
            // A text full of names and code may still be in the language that it says it is.
            Latin => NeverLatin.Contains(primary) && !scripts.Keys.Any(IsWrittenIn) ? null : tag,
            _ => IsWrittenIn(shown) ? tag : shown,
        };

        bool IsWrittenIn(string script) =>
            script != Latin && SameScript[script].Contains(primary, StringComparer.Ordinal);
    }

    // Letters of each script.
    private static Dictionary<string, int> Scripts(IEnumerable<Block> blocks)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var seen = 0;
        foreach (var rune in blocks.SelectMany(block => block.Text.EnumerateRunes()))
        {
            if (Script(rune.Value) is { } script)
            {
                // One ideograph or syllable says as much as several letters.
                counts[script] = counts.GetValueOrDefault(script) + (script is "zh" or "ja" or "ko" ? 3 : 1);
            }

            if (++seen == SampleChars)
            {
                break;
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
