using EmbeddingFunctions.Documents.Formats;

namespace EmbeddingFunctions.Documents;

/// <summary>Bytes of a file to a <see cref="Document"/>. Stateless and thread-safe.</summary>
public static class DocumentReader
{
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
        var bytes = await ReadBytesAsync(content, limits, cancellationToken).ConfigureAwait(false);

        // A parser may be inside a library that knows no token: the wait ends in time all the same, and the token
        // ends the parser at the next place where it looks.
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(limits.Time);
        var reading = Task.Run(() => Read(new Source(bytes, name, limits, time.Token)), cancellationToken);
        try
        {
            return await reading.WaitAsync(time.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DocumentException(
                DocumentFault.Exhausted,
                $"The file takes longer to read than the {limits.Time.TotalSeconds:0.###} seconds allowed."
            );
        }
    }

    private static async Task<byte[]> ReadBytesAsync(
        Stream content,
        ReadLimits limits,
        CancellationToken cancellationToken
    )
    {
        using var copy = new MemoryStream();
        var buffer = new byte[81_920];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0; )
        {
            if (copy.Length + read > limits.Bytes)
            {
                throw new DocumentException(
                    DocumentFault.TooLarge,
                    $"The file has more than the {limits.Bytes:N0} bytes allowed."
                );
            }

            await copy.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }

        return copy.ToArray();
    }

    /// <summary>Reads a file, or a file inside one.</summary>
    internal static Document Read(Source source)
    {
        if (source.Bytes.Length == 0)
        {
            throw new DocumentException(DocumentFault.Empty, "The file has no bytes.");
        }

        var kind = "file";
        try
        {
            var reader = Format.Detect(source);
            kind = reader.Name;
            var document = reader.Read(source);
            return document.Blocks.Count > 0
                ? document
                : throw new DocumentException(DocumentFault.Empty, $"The {kind} has no text.");
        }
        // The door of the formats: whatever a library throws at broken bytes becomes one kind of error. Its message
        // is left behind because libraries quote the file in it.
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
