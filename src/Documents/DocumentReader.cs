using EmbeddingFunctions.Documents.Formats;

namespace EmbeddingFunctions.Documents;

/// <summary>Bytes of a file to a <see cref="Document"/>. Stateless and thread-safe.</summary>
public static class DocumentReader
{
    private const int FirstPart = 16 * 1024;
    private const int LargestPart = 1024 * 1024;
    private const int LargeFile = 16 * 1024 * 1024;

    /// <summary>
    /// Reads a file: text of every kind in any charset, PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, mail, zip archives of
    /// these, pictures that say something.
    /// What it is shows in its bytes first, in its name second.
    /// </summary>
    /// <param name="content">The file from its start; it need not seek.</param>
    /// <param name="name">The file's name; only its ending is looked at.</param>
    /// <param name="limits">What the file may cost to read; null for <see cref="ReadLimits.Default"/>.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DocumentException">The file cannot be read, now or ever: says why.</exception>
    public static async Task<Document> ReadAsync(
        Stream content,
        string name,
        ReadLimits? limits = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(name);
        limits ??= ReadLimits.Default;
        var source = new Source(
            await ReadBytesAsync(content, limits, cancellationToken).ConfigureAwait(false),
            name,
            limits,
            cancellationToken
        );
        var length = source.Bytes.Length;
        var document = await ReadHereAsync(source).ConfigureAwait(false);
        GiveBack(length);
        return document;
    }

    /// <summary>Reads in this process; the source has no bytes after that. A parser may be inside a library that knows no token: it goes on after the waiting has ended.</summary>
    internal static async Task<Document> ReadHereAsync(Source source, IFormatReader? reader = null)
    {
        // The token ends the parser at the next place where it looks.
        using var time = CancellationTokenSource.CreateLinkedTokenSource(source.CancellationToken);
        time.CancelAfter(source.Limits.Time);
        var timed = source with { CancellationToken = time.Token };
        source.Release();
        var reading = Task.Run(() => Read(timed, reader), source.CancellationToken);
        try
        {
            return await reading.WaitAsync(time.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!source.CancellationToken.IsCancellationRequested)
        {
            throw OverTime(source.Limits);
        }
    }

    internal static DocumentException OverTime(ReadLimits limits) =>
        new(
            DocumentFault.Exhausted,
            $"The file takes longer to read than the {limits.Time.TotalSeconds:0.###} seconds allowed."
        );

    internal static async Task<byte[]> ReadBytesAsync(
        Stream content,
        ReadLimits limits,
        CancellationToken cancellationToken
    )
    {
        // In parts: an array that grows is there twice while it does, and may have room for twice the bytes.
        var parts = new List<byte[]>();
        var whole = 0;
        for (var part = new byte[FirstPart]; ; part = new byte[Math.Min(2 * part.Length, LargestPart)])
        {
            var last = await content
                .ReadAtLeastAsync(part, part.Length, false, cancellationToken)
                .ConfigureAwait(false);
            if (whole + (long)last > limits.Bytes)
            {
                throw new DocumentException(
                    DocumentFault.TooLarge,
                    $"The file has more than the {limits.Bytes:N0} bytes allowed."
                );
            }

            parts.Add(part);
            whole += last;
            if (last < part.Length)
            {
                break;
            }
        }

        var bytes = GC.AllocateUninitializedArray<byte>(whole);
        var at = 0;
        foreach (var part in parts)
        {
            var length = Math.Min(part.Length, whole - at);
            part.AsSpan(0, length).CopyTo(bytes.AsSpan(at));
            at += length;
        }

        return bytes;
    }

    /// <summary>
    /// Gives back what a large file left: such objects are collected late, and until then the process would hold the file several
    /// times over.
    /// </summary>
    /// <param name="bytes">Of the file.</param>
    internal static void GiveBack(long bytes)
    {
        if (bytes > LargeFile)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    /// <summary>What reads the file; it has not read yet.</summary>
    internal static IFormatReader Detect(Source source) =>
        Guarded(
            source,
            "file",
            () => source.Bytes.Length > 0 ? Format.Detect(source) : throw Empty("file has no bytes")
        );

    /// <summary>Reads a file, or a file inside one.</summary>
    internal static Document Read(Source source, IFormatReader? reader = null)
    {
        reader ??= Detect(source);
        if (reader.HasText)
        {
            var length = source.Bytes.Length;
            source.Release();
            GiveBack(length);
        }

        return Guarded(
            source,
            reader.Name,
            () =>
                reader.Read(source) is { Blocks.Count: > 0 } document
                    ? document
                    : throw Empty($"{reader.Name} has no text")
        );
    }

    private static DocumentException Empty(string what) => new(DocumentFault.Empty, $"The {what}.");

    // The door of the formats: whatever a library throws at broken bytes becomes one kind of error. Its message is
    // left behind because libraries quote the file in it.
    private static T Guarded<T>(Source source, string kind, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not DocumentException and not OperationCanceledException)
        {
            source.CancellationToken.ThrowIfCancellationRequested();
            throw e switch
            {
                OutOfMemoryException => new DocumentException(
                    DocumentFault.Exhausted,
                    $"The {kind} needs more memory than there was."
                ),
                InsufficientExecutionStackException => new DocumentException(
                    DocumentFault.TooLarge,
                    $"The {kind} nests too deeply."
                ),
                _ => new DocumentException(DocumentFault.Corrupt, $"The {kind} is broken ({e.GetType().Name})."),
            };
        }
    }
}
