using EmbeddingFunctions.Documents.Chunking;

namespace EmbeddingFunctions.Documents;

/// <summary>Cuts a document into chunks that the model takes whole. Stateless and thread-safe.</summary>
public static class Chunker
{
    /// <summary>
    /// The document's chunks in order, made as they are asked for. None is over <see cref="ChunkOptions.MaxTokens"/>, none
    /// is blank, and their spans cover every non-blank character of <see cref="Document.Text"/>.
    /// </summary>
    /// <remarks>
    /// A heading begins a chunk and is in its text as well as in its breadcrumb; a heading stands alone only if nothing
    /// but a heading of the same or a higher level follows. Within a section, cuts fall between blocks, else between
    /// sentences, table rows or lines of code, else between words, else between characters: a finer cut is made only in
    /// a piece that is too large for a chunk of its own, or to keep a heading with the text below it.
    /// A section of more than a million characters is cut between blocks as if it were several: no text is built that has all
    /// of a large file.
    /// A chunk's text is what its span covers, except that a chunk which begins inside a table has the header row put
    /// before it.
    /// </remarks>
    /// <exception cref="ArgumentException">MaxTokens leaves no room for one character, at once or at the chunk in question.</exception>
    public static IEnumerable<Chunk> Chunk(Document document, ChunkOptions options, TokenCounter countTokens)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(countTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(options.OverlapTokens, nameof(options));
        var limit = new TokenLimit(options, countTokens);
        return Cut(document, limit);
    }

    private static IEnumerable<Chunk> Cut(Document document, TokenLimit limit)
    {
        var ordinal = 0;
        foreach (var section in Section.Of(document))
        {
            foreach (var (text, heading, page, span, place) in new Packer(section, limit).Pack())
            {
                yield return new Chunk(text, heading, page, ordinal++, span, place);
            }
        }
    }
}
