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
        AddParagraphs(text, blocks, source);
        return new Document
        {
            ContentType = "text/plain",
            Language = Language.Of(blocks),
            Blocks = blocks,
        };
    }

    /// <summary>Adds the paragraphs of a text, such as one inside a mail; or the blocks of a source file.</summary>
    public static void AddParagraphs(string text, BlockList blocks, Source source, BlockKind kind = BlockKind.Paragraph)
    {
        var lines = text.ReplaceLineEndings("\n");
        foreach (var paragraph in BlankLines.EnumerateSplits(lines))
        {
            source.CancellationToken.ThrowIfCancellationRequested();
            blocks.Add(kind, lines[paragraph]);
        }
    }

    [GeneratedRegex(@"\n(?:[^\S\n]*\n)+", RegexOptions.NonBacktracking)]
    private static partial Regex BlankLines { get; }
}
