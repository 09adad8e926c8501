using System.Buffers;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>
/// Paragraphs of Markdown, and tables, which are read out of paragraphs. Those of many lines become several, a table's each with
/// its header: the parser's time grows with the square of their lines, and very large ones it refuses.
/// </summary>
internal sealed class PartedParagraphs : ParagraphBlockParser
{
    private const int MostLines = 500;

    private static readonly SearchValues<char> BelowHeader = SearchValues.Create("|-: \t");

    public override BlockState TryContinue(BlockProcessor processor, Markdig.Syntax.Block block)
    {
        var state = base.TryContinue(processor, block);
        if (state != BlockState.Continue || block is not ParagraphBlock { Lines.Count: >= MostLines } full)
        {
            return state;
        }

        var header = Header(full.Lines.Lines.AsSpan(0, full.Lines.Count));
        processor.Close(full);
        state = TryOpen(processor);
        var next = (ParagraphBlock)processor.NewBlocks.Peek();
        foreach (var line in header)
        {
            var slice = line.Slice;
            next.AppendLine(ref slice, line.Column, line.Line, line.Position, trackTrivia: false);
        }

        return state;
    }

    private static StringLine[] Header(ReadOnlySpan<StringLine> lines)
    {
        for (var i = lines.Length - 1; i > 0; i--)
        {
            var line = lines[i].Slice.AsSpan();
            if (line.Contains('|') && line.Contains('-') && !line.ContainsAnyExcept(BelowHeader))
            {
                return [lines[i - 1], lines[i]];
            }
        }

        return [];
    }
}
