namespace EmbeddingFunctions.Documents;

/// <summary>A file, read: its text in reading order as typed blocks. Immutable.</summary>
public sealed record Document
{
    /// <summary>The media type that was found in the bytes, such as <c>application/pdf</c>.</summary>
    public required string ContentType { get; init; }

    /// <summary>The title that the file states; null if it states none.</summary>
    public string? Title { get; init; }

    /// <summary>Who wrote it, as the file states; null if it states no one.</summary>
    public string? Author { get; init; }

    /// <summary>When it was first made, as the file states; null if it does not.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When it was last changed, as the file states; null if it does not.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>BCP 47 language that the file states or its script shows, such as <c>zh</c>; null if neither does.</summary>
    public string? Language { get; init; }

    /// <summary>Headings, paragraphs, list items, tables and code, in reading order; none is blank.</summary>
    public required IReadOnlyList<Block> Blocks { get; init; }

    /// <summary>The text of all blocks, two line feeds between them: what <see cref="Chunk.Span"/> counts in.</summary>
    public string Text => string.Join(Separator, Blocks.Select(block => block.Text));

    internal const string Separator = "\n\n";
}
