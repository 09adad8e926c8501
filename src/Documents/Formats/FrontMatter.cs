using System.Text.RegularExpressions;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>What stands before a Markdown text between two lines <c>---</c> (YAML) or <c>+++</c> (TOML).</summary>
internal static partial class FrontMatter
{
    /// <summary>The text without its front matter, and the title that this names; null if it names none.</summary>
    public static (string? Title, string Text) Split(string text)
    {
        if (Matter.Match(text) is not { Success: true } matter)
        {
            return (null, text);
        }

        var title = Title.Match(matter.Groups["lines"].Value) is { Success: true } line ? TextOf(line) : "";
        return (title.Length > 0 ? title : null, text[matter.Length..]);
    }

    private static string TextOf(Match title) =>
        BlockList.OneLine(
            title.Groups["single"] is { Success: true } single
                ? single.Value.Replace("''", "'", StringComparison.Ordinal)
            : title.Groups["double"] is { Success: true } quoted
                ? quoted.Value.Replace("\\\"", "\"", StringComparison.Ordinal)
            : title.Groups["text"].Value
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

    // In quotes, in lines of its own below > or |, or plain until a comment.
    [GeneratedRegex(
        """
            ^title[ \t]*[:=][ \t]*(
                '(?<single>([^'\n]|'')*)'
              | "(?<double>([^"\\\n]|\\.)*)"
              | [>|][+-]?[ \t]*\r?\n(?<text>([ \t]+[^\n]*(\n|\z))+)
              | (?<text>[^\n]*?)([ \t]+\#[^\n]*)?\r?$
            )
            """,
        RegexOptions.NonBacktracking
            | RegexOptions.Multiline
            | RegexOptions.ExplicitCapture
            | RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Title { get; }
}
