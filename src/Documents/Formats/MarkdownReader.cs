using System.Globalization;
using System.Text;
using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.Footnotes;
using Markdig.Extensions.Tables;
using Markdig.Extensions.TaskLists;
using Markdig.Parsers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>CommonMark with pipe tables, footnotes, task lists, deleted text and front matter.</summary>
internal sealed class MarkdownReader(string text) : IFormatReader
{
    private static readonly MarkdownPipeline Pipeline = MakePipeline();

    public string Name => "Markdown file";

    public bool HasText => true;

    public Document Read(Source source)
    {
        CheckNesting(source);
        var (matter, rest) = FrontMatter.Split(text);
        MarkdownDocument markdown;
        try
        {
            markdown = Markdown.Parse(rest, Pipeline);
        }
        catch (ArgumentException)
        {
            // Brackets and stars that are opened ten thousand times: they are letters.
            return new PlainTextReader(text).Read(source);
        }

        var blocks = new BlockList();
        foreach (var block in markdown)
        {
            source.CancellationToken.ThrowIfCancellationRequested();
            Add(block, blocks, source, BlockKind.Paragraph);
        }

        return new Document
        {
            ContentType = "text/markdown",
            Title =
                Properties.Line(matter.GetValueOrDefault("title"))
                ?? blocks.FirstOrDefault(block => block is { Kind: BlockKind.Heading, Level: 1 })?.Text,
            Author = Properties.Line(matter.GetValueOrDefault("author")),
            Created = Properties.Moment(matter.GetValueOrDefault("date")),
            Language = Language.Of(blocks),
            Blocks = blocks,
        };
    }

    private static MarkdownPipeline MakePipeline()
    {
        var builder = new MarkdownPipelineBuilder()
            .UsePipeTables()
            .UseGridTables()
            .UseFootnotes()
            .UseTaskLists()
            .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough);
        builder.BlockParsers.Replace<ParagraphBlockParser>(new PartedParagraphs());
        return builder.Build();
    }

    // The parser refuses deep nesting itself, but only after time that grows with the square of the depth.
    private void CheckNesting(Source source)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var depth = 0;
            var column = 0;
            foreach (var c in line)
            {
                if (c is not (' ' or '\t' or '>' or '-' or '*' or '+' or '.' or ')') && !char.IsAsciiDigit(c))
                {
                    break;
                }

                // Two columns are the least that a level of a list takes; a quote takes one.
                depth += c == '>' || (c is ' ' or '\t' && (++column & 1) == 0) ? 1 : 0;
            }

            if (depth > source.Limits.Depth * 2)
            {
                throw new DocumentException(
                    DocumentFault.TooLarge,
                    $"The Markdown file nests lists or quotes deeper than the {source.Limits.Depth * 2} levels allowed."
                );
            }
        }
    }

    private static void Add(Markdig.Syntax.Block block, BlockList blocks, Source source, BlockKind kind)
    {
        switch (block)
        {
            case HeadingBlock heading:
                blocks.Add(BlockKind.Heading, TextOf(heading.Inline), heading.Level);
                break;
            case Table table:
                blocks.AddTable(
                    table
                        .OfType<TableRow>()
                        .Select(row => (IReadOnlyList<string>)[.. row.OfType<TableCell>().Select(CellText)])
                );
                break;
            case HtmlBlock html:
                HtmlReader.AddFragment(Lines(html), blocks, source);
                break;
            case CodeBlock code:
                blocks.Add(BlockKind.Code, Lines(code));
                break;
            case LinkReferenceDefinitionGroup or ThematicBreakBlock or FootnoteLinkReferenceDefinition:
                break;
            case ListItemBlock item:
                AddAll(item, blocks, source, BlockKind.ListItem);
                break;
            case ContainerBlock container:
                AddAll(container, blocks, source, kind);
                break;
            case LeafBlock leaf:
                blocks.Add(kind, TextOf(leaf.Inline));
                break;
        }
    }

    private static void AddAll(ContainerBlock container, BlockList blocks, Source source, BlockKind kind)
    {
        foreach (var block in container)
        {
            Add(block, blocks, source, kind);
        }
    }

    private static string CellText(TableCell cell) =>
        string.Join(' ', cell.Descendants<LeafBlock>().Select(leaf => TextOf(leaf.Inline)));

    // A block that is empty has no array.
    private static string Lines(LeafBlock block) =>
        string.Join('\n', (block.Lines.Lines ?? []).Take(block.Lines.Count));

    private static string TextOf(ContainerInline? inlines)
    {
        var line = new StringBuilder();
        Append(inlines, line);
        return line.ToString();
    }

    private static void Append(ContainerInline? inlines, StringBuilder line)
    {
        for (var inline = inlines?.FirstChild; inline is not null; inline = inline.NextSibling)
        {
            switch (inline)
            {
                case LiteralInline literal:
                    line.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    line.Append(code.Content);
                    break;
                case LineBreakInline { IsHard: true }:
                    line.Append('\n');
                    break;
                case LineBreakInline:
                    AppendSoftBreak(line, inline.NextSibling);
                    break;
                case AutolinkInline link:
                    line.Append(link.Url);
                    break;
                case HtmlEntityInline entity:
                    line.Append(entity.Transcoded.AsSpan());
                    break;
                case HtmlInline html when BreaksLine(html.Tag):
                    line.Append('\n');
                    break;
                case FootnoteLink { IsBackLink: true } or TaskList or HtmlInline:
                    break;
                case FootnoteLink link:
                    line.Append(CultureInfo.InvariantCulture, $"[{link.Footnote.Order}]");
                    break;
                case ContainerInline container:
                    Append(container, line);
                    break;
            }
        }
    }

    private static bool BreaksLine(string tag)
    {
        var start = tag.AsSpan().TrimStart("</");
        var end = start.IndexOfAny(" \t\n/>");
        var name = start[..Math.Max(end, 0)].ToString().ToLowerInvariant();
        return name is "br" or "li" || HtmlElements.Breaking.Contains(name);
    }

    // Between ideographs a wrapped line is no space.
    private static void AppendSoftBreak(StringBuilder line, Inline? next)
    {
        var wide = line.Length > 0 && line[^1] >= '\u2E80';
        if (!wide || next is not LiteralInline { Content.IsEmpty: false } text || text.Content.AsSpan()[0] < '\u2E80')
        {
            line.Append(' ');
        }
    }
}
