namespace EmbeddingFunctions.Documents.Formats;

/// <summary>A stream being unfolded that stops when all of them together have given too much, or the time is over.</summary>
internal sealed class CountingStream(Stream inner, CountingStream.Budget budget) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        budget.Spend(read);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>What one file with all files inside it may unfold to. Used by one thread.</summary>
    internal sealed class Budget(Source source)
    {
        private long _spent;

        /// <summary>True once it, or that of a file around it, has been overrun.</summary>
        public bool IsOverrun => _spent > source.Limits.UnfoldedBytes || source.Outer is { IsOverrun: true };

        public void Spend(long bytes)
        {
            source.CancellationToken.ThrowIfCancellationRequested();
            source.Outer?.Spend(bytes);
            if ((_spent += bytes) > source.Limits.UnfoldedBytes)
            {
                throw new DocumentException(
                    DocumentFault.TooLarge,
                    $"The file unfolds to more than the {source.Limits.UnfoldedBytes:N0} bytes allowed."
                );
            }
        }
    }
}
