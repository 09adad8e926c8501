using System.Text.RegularExpressions;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>What stands before a Markdown text between two lines <c>---</c> (YAML) or <c>+++</c> (TOML).</summary>
internal static partial class FrontMatter
{
    /// <summary>The text without its front matter, and what this says by name: title, author, date.</summary>
    public static (IReadOnlyDictionary<string, string> Values, string Text) Split(string text)
    {
        var matter = Matter.Match(text);
        return (
            Line.Matches(matter.Groups["lines"].Value)
                .GroupBy(line => line.Groups["name"].Value, StringComparer.Ordinal)
                .ToDictionary(lines => lines.Key, lines => TextOf(lines.First()), StringComparer.Ordinal),
            text[matter.Length..]
        );
    }

    private static string TextOf(Match line) =>
        BlockList.OneLine(
            line.Groups["single"] is { Success: true } single
                ? single.Value.Replace("''", "'", StringComparison.Ordinal)
            : line.Groups["double"] is { Success: true } quoted
                ? quoted.Value.Replace("\\\"", "\"", StringComparison.Ordinal)
            : line.Groups["text"].Value
        );

    [GeneratedRegex(
        """
            \A(
                ---[ \t]*\r?\n(?<lines>([^\n]*\n)*?)(---|\.\.\.)
              | \+\+\+[ \t]*\r?\n(?<lines>([^\n]*\n)*?)\+\+\+
            )[ \t]*\r?(\n|\z)
            """,
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Matter { get; }

    // In quotes, in lines of its own below > or |, a list in brackets, or plain until a comment.
    [GeneratedRegex(
        """
            ^(?<name>title|author|date)[ \t]*[:=][ \t]*(
                '(?<single>([^'\n]|'')*)'
              | "(?<double>([^"\\\n]|\\.)*)"
              | [>|][+-]?[ \t]*\r?\n(?<text>([ \t]+[^\n]*(\n|\z))+)
              | \[(?<text>[^\]\n]*)\]
              | (?<text>[^\n]*?)([ \t]+\#[^\n]*)?\r?$
            )
            """,
        RegexOptions.NonBacktracking
            | RegexOptions.Multiline
            | RegexOptions.ExplicitCapture
            | RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Line { get; }
}
