namespace EmbeddingFunctions.Documents;

/// <summary>
/// A file that cannot be read: however often it is tried, but for <see cref="DocumentFault.Exhausted"/>. The message says what was
/// found; it never quotes the file.
/// </summary>
public sealed class DocumentException(DocumentFault fault, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Why it cannot be read.</summary>
    public DocumentFault Fault { get; } = fault;
}

/// <summary>Why a file cannot be read.</summary>
public enum DocumentFault
{
    /// <summary>A format that no reader reads.</summary>
    Unsupported,

    /// <summary>No bytes, or no text in them.</summary>
    Empty,

    /// <summary>Pages that are pictures: text recognition would be needed.</summary>
    NoTextLayer,

    /// <summary>A password is needed.</summary>
    Encrypted,

    /// <summary>Broken or hostile bytes.</summary>
    Corrupt,

    /// <summary>Larger than the limits allow.</summary>
    TooLarge,

    /// <summary>Time or memory ran out while it was read. On a machine that is less busy another try may succeed.</summary>
    Exhausted,
}
