namespace EmbeddingFunctions.Documents.Formats;

/// <summary>Reads one format. Synchronous, stateless; whatever it throws but DocumentException means a broken file.</summary>
internal interface IFormatReader
{
    /// <summary>What to call such a file in a message, such as "PDF".</summary>
    string Name { get; }

    /// <summary>False where no more than this project's own code looks at the bytes, at a cost that grows with their number.</summary>
    bool IsParsedByLibrary => true;

    /// <summary>True where the text it was made with is all it needs of the file.</summary>
    bool HasText => false;

    Document Read(Source source);
}

/// <summary>The bytes of a file with all that reading them needs.</summary>
internal sealed record Source(byte[] Bytes, string Name, ReadLimits Limits, CancellationToken CancellationToken)
{
    public byte[] Bytes { get; private set; } = Bytes;

    public string Extension => Path.GetExtension(Name).ToLowerInvariant();

    /// <summary>The charset that the file around it (a mail) declares for it; null if there is none.</summary>
    public string? Charset { get; init; }

    /// <summary>How many files it is inside of.</summary>
    public int Level { get; init; }

    /// <summary>What the files around it may still unfold to; null for a file that is in no other.</summary>
    public CountingStream.Budget? Outer { get; init; }

    /// <summary>Lets the bytes go, whoever still holds the source: the text made of them takes twice their room.</summary>
    public void Release() => Bytes = [];

    /// <summary>The refusal of a file, such as an "HTML page", that nests too deeply.</summary>
    public DocumentException TooDeep(string kind) =>
        new(DocumentFault.TooLarge, $"The {kind} nests deeper than the {Limits.Depth} levels allowed.");
}
