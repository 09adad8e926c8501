namespace EmbeddingFunctions.Documents;

/// <summary>Bytes of a file to a <see cref="Document"/>. Stateless and thread-safe.</summary>
public static class DocumentReader
{
    /// <summary>Reads a file. What it is shows in its bytes first, in its name second.</summary>
    /// <param name="content">The file from its start; it need not seek.</param>
    /// <param name="name">The file's name; only its ending is looked at.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DocumentException">The file cannot be read, now or ever: says why.</exception>
    public static Task<Document> ReadAsync(
        Stream content,
        string name,
        CancellationToken cancellationToken = default
    ) => throw new DocumentException(DocumentFault.Unsupported, name);
}
