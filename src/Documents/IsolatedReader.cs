using System.Collections.Concurrent;
using EmbeddingFunctions.Documents.Formats;
using EmbeddingFunctions.Documents.Isolation;

namespace EmbeddingFunctions.Documents;

/// <summary>
/// <see cref="DocumentReader"/> for files of strangers: parsers run in child processes that end with their time
/// (<see cref="ReadLimits.Time"/>) or memory (<see cref="ReadLimits.Memory"/>), whatever a library does. Thread-safe.
/// </summary>
/// <remarks>
/// A child is started at the first need, reads one file at a time and stays for the next ones; it inherits no
/// settings. Plain text is read in this process: no library parses it, and its cost is that of its bytes.
/// </remarks>
/// <param name="limits">What a file may cost to read.</param>
public sealed class IsolatedReader(ReadLimits limits) : IDisposable
{
    private static readonly int MostProcesses = Math.Clamp(Environment.ProcessorCount, 1, 4);

    private readonly ConcurrentStack<ReaderProcess> _idle = [];
    private readonly SemaphoreSlim _free = new(MostProcesses, MostProcesses);

    /// <summary>Reads a file as <see cref="DocumentReader.ReadAsync"/> does; waits while all processes are at work.</summary>
    /// <param name="content">The file from its start; it need not seek.</param>
    /// <param name="name">The file's name; only its ending is looked at.</param>
    /// <param name="cancellationToken">Ends the reading at once.</param>
    /// <exception cref="DocumentException">The file cannot be read: says why.</exception>
    /// <exception cref="InvalidOperationException">No process could be started.</exception>
    public async Task<Document> ReadAsync(Stream content, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(name);
        var source = new Source(
            await DocumentReader.ReadBytesAsync(content, limits, cancellationToken).ConfigureAwait(false),
            name,
            limits,
            cancellationToken
        );
        var length = source.Bytes.Length;
        var document = await ReadAsync(source, cancellationToken).ConfigureAwait(false);
        DocumentReader.GiveBack(length);
        return document;
    }

    private async Task<Document> ReadAsync(Source source, CancellationToken cancellationToken)
    {
        var reader = await Task.Run(() => DocumentReader.Detect(source), cancellationToken).ConfigureAwait(false);
        if (!reader.IsParsedByLibrary)
        {
            return await DocumentReader.ReadHereAsync(source, reader).ConfigureAwait(false);
        }

        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        var process = _idle.TryPop(out var idle) ? idle : new ReaderProcess(limits);
        try
        {
            return await process.ReadAsync(source).ConfigureAwait(false);
        }
        finally
        {
            _idle.Push(process);
            _free.Release();
        }
    }

    /// <summary>Ends the child processes. No reading may be under way.</summary>
    public void Dispose()
    {
        while (_idle.TryPop(out var process))
        {
            process.Dispose();
        }

        _free.Dispose();
    }
}
