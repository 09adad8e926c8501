using System.Text;

namespace EmbeddingFunctions.Documents.Formats.Rtf;

/// <summary>Text as it runs to paragraphs and tables. Notes and text boxes follow the paragraph that they are in.</summary>
internal sealed class RtfPage(BlockList blocks)
{
    private sealed record Flow(StringBuilder Text, List<string> Row, List<List<string>> Table);

    private readonly Stack<Flow> _hosts = new();
    private readonly List<string> _asides = [];
    private Flow _flow = new(new(), [], []);
    private int _notes;

    /// <summary>Heading level of the paragraph, 1 to 6; 0 for other text.</summary>
    public int Level { get; set; }

    public bool IsListItem { get; set; }

    public bool IsInTable { get; set; }

    public void Add(string text) => _flow.Text.Append(text);

    public void BeginParagraph() => (Level, IsListItem, IsInTable) = (0, false, false);

    public void EndParagraph()
    {
        if (IsInTable || _hosts.Count > 0)
        {
            Add("\n");
            return;
        }

        EndTable();
        var kind =
            Level > 0 ? BlockKind.Heading
            : IsListItem ? BlockKind.ListItem
            : BlockKind.Paragraph;
        blocks.Add(kind, _flow.Text.ToString(), Level);
        _flow.Text.Clear();
        _asides.ForEach(aside => blocks.Add(BlockKind.Paragraph, aside));
        _asides.Clear();
    }

    public void EndCell()
    {
        _flow.Row.Add(_flow.Text.ToString());
        _flow.Text.Clear();
    }

    public void EndRow()
    {
        _flow.Table.Add([.. _flow.Row]);
        _flow.Row.Clear();
    }

    public void BeginAside(bool isNote)
    {
        var mark = isNote ? $"[{++_notes}]" : "";
        Add(mark);
        _hosts.Push(_flow);
        _flow = new Flow(new StringBuilder(isNote ? mark + " " : ""), [], []);
    }

    public void EndAside()
    {
        EndTable();
        _asides.Add(_flow.Text.ToString());
        _flow = _hosts.Pop();
    }

    private void EndTable()
    {
        EndRow();
        blocks.AddTable(_flow.Table);
        _flow.Table.Clear();
    }
}
