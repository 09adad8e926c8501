using System.Text.RegularExpressions;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>Text without markup: a block for each run of lines between blank lines.</summary>
internal sealed partial class PlainTextReader(string text) : IFormatReader
{
    public string Name => "text file";

    public bool IsParsedByLibrary => false;

    public Document Read(Source source)
    {
        var blocks = new BlockList();
        var lines = text.ReplaceLineEndings("\n");
        foreach (var paragraph in BlankLines.EnumerateSplits(lines))
        {
            source.CancellationToken.ThrowIfCancellationRequested();
            blocks.Add(BlockKind.Paragraph, lines[paragraph]);
        }

        return new Document
        {
            ContentType = "text/plain",
            Language = Language.Of(blocks),
            Blocks = blocks,
        };
    }

    [GeneratedRegex(@"\n(?:[^\S\n]*\n)+", RegexOptions.NonBacktracking)]
    private static partial Regex BlankLines { get; }
}
