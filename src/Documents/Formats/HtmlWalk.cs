using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>Blocks out of the elements of a page, in their order.</summary>
internal sealed class HtmlWalk(BlockList blocks, bool isChapter = false)
{
    private readonly StringBuilder _line = new();
    private BlockKind _kind = BlockKind.Paragraph;
    private int _level;

    public void Visit(IElement body)
    {
        VisitChildren(body);
        Flush();
    }

    private void VisitChildren(INode parent)
    {
        // NextSibling would look for its place among all siblings.
        foreach (var node in parent.ChildNodes)
        {
            switch (node)
            {
                case IText text:
                    AppendInline(text.Data);
                    break;
                case IElement element when !HtmlElements.IsLeftOut(element, isChapter):
                    VisitElement(element);
                    break;
            }
        }
    }

    private void VisitElement(IElement element)
    {
        switch (element.LocalName)
        {
            case "br":
                _line.Append('\n');
                break;
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                Enclose(element, BlockKind.Heading, element.LocalName[1] - '0');
                break;
            case "pre":
                Flush();
                AddCode(element);
                break;
            case "table" when element is IHtmlTableElement table && IsOfData(table):
                Flush();
                AddTable(table);
                break;
            case "li":
                Enclose(element, BlockKind.ListItem);
                break;
            case var name when HtmlElements.Breaking.Contains(name):
                Enclose(element, _kind is BlockKind.Heading ? BlockKind.Paragraph : _kind);
                break;
            default:
                VisitChildren(element);
                break;
        }
    }

    private void Enclose(IElement element, BlockKind kind, int level = 0)
    {
        Flush();
        var outer = (_kind, _level);
        (_kind, _level) = (kind, level);
        VisitChildren(element);
        Flush();
        (_kind, _level) = outer;
    }

    private void Flush()
    {
        blocks.Add(_kind, _line.ToString(), _level);
        _line.Clear();
    }

    private void AppendInline(string data)
    {
        foreach (var c in data)
        {
            if (c is not (' ' or '\t' or '\n' or '\r' or '\f'))
            {
                _line.Append(c);
            }
            else if (_line.Length > 0 && _line[^1] is not (' ' or '\n'))
            {
                _line.Append(' ');
            }
        }
    }

    private void AddCode(IElement pre)
    {
        var code = new StringBuilder();
        AppendCode(pre, code);
        if (!IsLineNumbers(pre, code))
        {
            blocks.Add(BlockKind.Code, code.ToString());
        }
    }

    private void AppendCode(INode parent, StringBuilder code)
    {
        foreach (var node in parent.ChildNodes)
        {
            switch (node)
            {
                case IText text:
                    code.Append(text.Data);
                    break;
                case IElement { LocalName: "br" }:
                    code.Append('\n');
                    break;
                case IElement element when !HtmlElements.IsLeftOut(element, isChapter):
                    var isLine = element.LocalName is "li" || HtmlElements.Breaking.Contains(element.LocalName);
                    BreakLine(code, isLine);
                    AppendCode(element, code);
                    BreakLine(code, isLine);
                    break;
            }
        }
    }

    private static void BreakLine(StringBuilder code, bool isLine) =>
        code.Append(isLine && code.Length > 0 && code[^1] != '\n' ? "\n" : "");

    // Programs that colour code put the numbers of its lines into the cell before it.
    private static bool IsLineNumbers(IElement pre, StringBuilder code) =>
        pre.Closest("table") is IHtmlTableElement table
        && !IsOfData(table)
        && code.ToString().All(c => char.IsAsciiDigit(c) || char.IsWhiteSpace(c));

    private void AddTable(IHtmlTableElement table)
    {
        if (table.Caption is { } caption)
        {
            blocks.Add(BlockKind.Paragraph, CellText(caption));
        }

        blocks.AddTable(
            table
                .Rows.Where(row =>
                    !HtmlElements.IsLeftOut(row, isChapter) && !HtmlElements.IsLeftOut(row.ParentElement!, isChapter)
                )
                .Select(row =>
                    (IReadOnlyList<string>)
                        [.. row.Cells.Where(cell => !HtmlElements.IsLeftOut(cell, isChapter)).Select(CellText)]
                )
        );
    }

    private string CellText(IElement cell)
    {
        var inner = new BlockList();
        new HtmlWalk(inner, isChapter).Visit(cell);
        return string.Join(' ', inner.Select(block => block.Text));
    }

    // A table of one column, around other tables, or of one row with code lays out a page.
    private static bool IsOfData(IHtmlTableElement table) =>
        table.GetAttribute("role") is not ("presentation" or "none")
        && table.QuerySelector("table") is null
        && table.Rows.Any(row => row.Cells.Length > 1)
        && (table.Rows.Length > 1 || table.QuerySelector("pre") is null);
}
