using System.ComponentModel.DataAnnotations;

namespace EmbeddingFunctions.Documents;

/// <summary>
/// What a file may cost to read. One that costs more is refused as <see cref="DocumentFault.TooLarge"/>, one that takes too long as
/// <see cref="DocumentFault.Exhausted"/>.
/// </summary>
public sealed record ReadLimits
{
    /// <summary>The limits that hold when none are given.</summary>
    public static ReadLimits Default { get; } = new();

    /// <summary>Most bytes of a file. Default 100 MB.</summary>
    [Range(1, int.MaxValue)]
    public int Bytes { get; init; } = 100 * 1024 * 1024;

    /// <summary>Most bytes that a compressed file (docx, xlsx, epub, the streams of a pdf) may unfold to, counted as they unfold. Default 256 MB.</summary>
    [Range(1, long.MaxValue)]
    public long UnfoldedBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Most entries of a zip container such as docx. Default 10,000.</summary>
    [Range(1, int.MaxValue)]
    public int ZipEntries { get; init; } = 10_000;

    /// <summary>Deepest nesting of XML, HTML or lists. Default 256: twenty times what people write, a fraction of what ends a process.</summary>
    [Range(1, 1000)]
    public int Depth { get; init; } = 256;

    /// <summary>Most bytes of heap that reading may take in the child process of an isolated reader. Default 512 MB.</summary>
    [Range(64L * 1024 * 1024, long.MaxValue)]
    public long Memory { get; init; } = 512L * 1024 * 1024;

    /// <summary>Longest time for one file, from its last byte to its <see cref="Document"/>. Default 60 seconds.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(60);
}
