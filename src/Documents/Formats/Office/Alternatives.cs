namespace EmbeddingFunctions.Documents.Formats.Office;

/// <summary>Markup compatibility (ECMA-376 part 3): several forms of one thing, of which a reader takes the first it understands.</summary>
internal static class Alternatives
{
    /// <summary>Whether an alternative may be read: all namespaces it requires are those of Office.</summary>
    /// <param name="requires">Prefixes with spaces between; null for the fallback.</param>
    /// <param name="namespaceOf">The namespace of a prefix where the alternative stands; null if it has none.</param>
    public static bool AreUnderstood(string? requires, Func<string, string?> namespaceOf) =>
        (requires ?? "")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .All(prefix =>
                namespaceOf(prefix) is { } name
                && (
                    name.StartsWith("http://schemas.microsoft.com/", StringComparison.Ordinal)
                    || name.StartsWith("http://schemas.openxmlformats.org/", StringComparison.Ordinal)
                )
            );
}
