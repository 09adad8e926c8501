using System.Text;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>
/// The service takes patterns of java.util.regex. Where .NET reads the same text differently (<c>\w \d \s</c> are ASCII in Java), it is
/// rewritten; what .NET cannot read is refused.
/// </summary>
internal static class JavaPattern
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <param name="pattern">A pattern of java.util.regex.</param>
    /// <param name="flags">Names joined by <c>|</c>, or null.</param>
    /// <exception cref="ServiceException">400.</exception>
    public static Regex Compile(string pattern, string? flags)
    {
        var options = RegexOptions.CultureInvariant;
        var isLiteral = false;
        foreach (var flag in (flags ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            options |= flag switch
            {
                "CASE_INSENSITIVE" => RegexOptions.IgnoreCase,
                "UNICODE_CASE" or "LITERAL" => RegexOptions.None,
                "MULTILINE" => RegexOptions.Multiline,
                "DOTALL" => RegexOptions.Singleline,
                "COMMENTS" => RegexOptions.IgnorePatternWhitespace,
                "CANON_EQ" or "UNIX_LINES" => throw ServiceException.NotSupported(
                    $"The regular expression flag '{flag}'"
                ),
                _ => throw ServiceException.InvalidDefinition(
                    "InvalidRegexFlags",
                    $"The regular expression flag '{flag}' does not exist."
                ),
            };
            isLiteral |= flag == "LITERAL";
        }
        var text = isLiteral ? Regex.Escape(pattern) : Translate(pattern);
        try
        {
            try
            {
                return new Regex(text, options | RegexOptions.NonBacktracking, Longest);
            }
            catch (NotSupportedException)
            {
                // Look-around and back-references need backtracking, and with it the time limit.
                return new Regex(text, options, Longest);
            }
        }
        catch (ArgumentException e)
        {
            throw ServiceException.InvalidDefinition(
                "InvalidRegexPattern",
                $"The regular expression '{pattern}' cannot be read: {e.Message}"
            );
        }
    }

    private static string Translate(string pattern)
    {
        var text = new StringBuilder(pattern.Length);
        var insideClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var character = pattern[i];
            if (character == '\\' && i + 1 < pattern.Length)
            {
                var escaped = pattern[++i];
                var ascii = Ascii(escaped);
                if (ascii is null)
                    text.Append('\\').Append(escaped);
                else if (!insideClass)
                    text.Append('[').Append(ascii).Append(']');
                else if (char.IsLower(escaped))
                    text.Append(ascii);
                else
                    throw ServiceException.NotSupported(
                        $@"'\{escaped}' inside a character class of a regular expression"
                    );
                continue;
            }
            insideClass = character switch
            {
                '[' when insideClass => throw ServiceException.NotSupported(
                    "A character class inside another one in a regular expression"
                ),
                '[' => true,
                ']' => false,
                _ => insideClass,
            };
            text.Append(character);
        }
        return text.ToString();
    }

    private static string? Ascii(char escaped) =>
        escaped switch
        {
            'w' => "a-zA-Z0-9_",
            'W' => "^a-zA-Z0-9_",
            'd' => "0-9",
            'D' => "^0-9",
            's' => @" \t\n\v\f\r",
            'S' => @"^ \t\n\v\f\r",
            _ => null,
        };
}
