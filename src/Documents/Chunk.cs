namespace EmbeddingFunctions.Documents;

/// <summary>A piece of a document that is embedded and found as one.</summary>
/// <param name="Text">What a reader sees of it; never blank.</param>
/// <param name="Heading">The headings above it, outermost first, joined by " > "; empty if there are none.</param>
/// <param name="Page">The page it begins on, from 1; null where the format has no pages.</param>
/// <param name="Ordinal">Its place among the document's chunks, from 0.</param>
/// <param name="Span">Where it stands in <see cref="Document.Text"/>.</param>
/// <param name="Place">
/// The <see cref="Block.Place"/> of what it begins with, headings aside; of a sheet the cells that it covers, such as
/// <c>Costs!A12:D20</c>. Null where the format has no places.
/// </param>
public sealed record Chunk(string Text, string Heading, int? Page, int Ordinal, TextSpan Span, string? Place = null)
{
    /// <summary>What goes into the model: the breadcrumb, a line feed, the text. Its tokens are what is counted.</summary>
    public string EmbeddedText => Heading.Length == 0 ? Text : $"{Heading}\n{Text}";
}

/// <summary>A range of UTF-16 code units.</summary>
/// <param name="Start">The first one, from 0.</param>
/// <param name="End">The one after the last.</param>
public readonly record struct TextSpan(int Start, int End);
