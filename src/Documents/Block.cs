namespace EmbeddingFunctions.Documents;

/// <summary>One paragraph-like part of a document.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; a table has a line a row and " | " between cells, its header row first.</param>
/// <param name="Level">
/// Heading level, 1 to 6. Of anything else 0, unless it begins a section that has no heading, such as a slide without a
/// title: then headings of this level and below it do not hold any longer.
/// </param>
/// <param name="Page">The page or slide it begins on, from 1; null where the format has no pages.</param>
/// <param name="Place">
/// Where it is in a file that has parts: cells such as <c>Costs!A2:D40</c>, a JSON path, the path of a file inside a zip or mail
/// (before a slash and what that file says); null elsewhere.
/// </param>
public sealed record Block(BlockKind Kind, string Text, int Level = 0, int? Page = null, string? Place = null);

/// <summary>What a block is; it decides where a chunk may be cut.</summary>
public enum BlockKind
{
    Paragraph,
    Heading,
    ListItem,
    Table,
    Code,
}
