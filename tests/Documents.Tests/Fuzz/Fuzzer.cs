using System.Diagnostics;
using System.Globalization;
using System.Text;
using EmbeddingFunctions.Documents.Formats;

namespace EmbeddingFunctions.Documents.Tests.Fuzz;

/// <summary>
/// Damaged files, read as the product reads and cut into chunks. Input i of a seed is the same in every run with the same samples.
/// </summary>
internal sealed class Fuzzer(IReadOnlyList<Sample> samples, int seed) : IDisposable
{
    private const int MostTokens = 120;

    /// <summary>So little, that a slow or greedy reading shows.</summary>
    public static ReadLimits Limits { get; } = new() { Memory = 256 * 1024 * 1024, Time = TimeSpan.FromSeconds(20) };

    private readonly IsolatedReader _reader = new(Limits);
    private readonly SortedDictionary<string, SortedDictionary<string, int>> _ends = new(StringComparer.Ordinal);

    /// <summary>What should not be: format, seed and number of the input, what happened.</summary>
    public List<string> Findings { get; } = [];

    /// <summary>Refusals for time or memory, which are right ends, to be looked at.</summary>
    public List<string> Limited { get; } = [];

    /// <summary>One line a format: how many ended how.</summary>
    public IEnumerable<string> Table =>
        _ends.Select(format =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{format.Key}: {format.Value.Values.Sum()} inputs: {string.Join(", ", format.Value.Select(end => $"{end.Value} {end.Key}"))}"
            )
        );

    public (Sample Sample, byte[] Bytes) Input(int number)
    {
        var random = new Random(unchecked((seed * 1_000_003) + number));
        // Formats in turns, however many samples each has.
        var formats = samples
            .GroupBy(sample => sample.Format)
            .OrderBy(format => format.Key, StringComparer.Ordinal)
            .ToList();
        var some = formats[number % formats.Count].ToList();
        var sample = some[random.Next(some.Count)];
        return (sample, new Mutator(random, samples).Mutate(sample.Bytes));
    }

    public async Task RunAsync(int number, CancellationToken cancellationToken)
    {
        var (sample, bytes) = Input(number);
        var watch = Stopwatch.StartNew();
        var (end, finding) = ("Hang", (string?)"did not come back");
        try
        {
            (end, finding) = await EndAsync(sample.Name, bytes, cancellationToken)
                .WaitAsync(3 * Limits.Time, cancellationToken);
        }
        catch (TimeoutException) { } // said by what stands before

        if (watch.Elapsed > 2 * Limits.Time)
        {
            finding ??= $"took {watch.Elapsed.TotalSeconds:0} s";
        }

        lock (_ends)
        {
            var ends = _ends.TryGetValue(sample.Format, out var known)
                ? known
                : _ends[sample.Format] = new(StringComparer.Ordinal);
            ends[end] = ends.GetValueOrDefault(end) + 1;
            var what = $"{sample.Format} seed {seed} input {number} ({sample.Name})";
            if (finding is not null)
            {
                Findings.Add($"{what}: {finding}");
            }

            if (end is nameof(DocumentFault.TooLarge) or nameof(DocumentFault.Exhausted))
            {
                Limited.Add($"{what}: {end} after {watch.Elapsed.TotalSeconds:0.0} s");
            }
        }
    }

    public void Dispose() => _reader.Dispose();

    private async Task<(string End, string? Finding)> EndAsync(
        string name,
        byte[] bytes,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var document = await _reader.ReadAsync(new MemoryStream(bytes), name, cancellationToken);
            return (
                "Document",
                await Task.Run(() => FaultOf(document), cancellationToken).WaitAsync(Limits.Time, cancellationToken)
            );
        }
        catch (DocumentException e)
        {
            var source = new Source(bytes, name, Limits, cancellationToken);
            return (
                e.Fault.ToString(),
                e.Message.Length == 0 ? "no reason"
                : e.Fault == DocumentFault.Corrupt ? TripOf(() => Format.Detect(source).Read(source))
                : null
            );
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return ("Exception", e.ToString());
        }
    }

    /// <summary>
    /// The door of the formats takes every exception for a broken file. One that only a mistake in code throws, thrown in this
    /// project's own code, is a finding all the same; libraries may stumble.
    /// </summary>
    public static string? TripOf(Func<Document> read)
    {
        try
        {
            _ = read();
            return null;
        }
        catch (Exception e)
            when (e
                    is NullReferenceException
                        or InvalidOperationException
                        or ArgumentException
                        or IndexOutOfRangeException
                        or InvalidCastException
                        or KeyNotFoundException
                        or ArithmeticException
            )
        {
            var thrower = new StackTrace(e)
                .GetFrames()
                .Select(frame => frame.GetMethod()?.DeclaringType?.FullName ?? "")
                .FirstOrDefault(type => !type.StartsWith("System.", StringComparison.Ordinal));
            return thrower?.StartsWith("EmbeddingFunctions.", StringComparison.Ordinal) == true ? e.ToString() : null;
        }
        catch
        {
            return null;
        }
    }

    private static string? FaultOf(Document document)
    {
        var text = document.Text;
        var end = 0;
        foreach (var chunk in Chunker.Chunk(document, new ChunkOptions { MaxTokens = MostTokens }, Counters.Words))
        {
            if (Counters.Words(chunk.EmbeddedText) > MostTokens || string.IsNullOrWhiteSpace(chunk.Text))
            {
                return $"chunk {chunk.Ordinal} is too large or blank";
            }

            if (chunk.Span.Start > end && !text.AsSpan(end..chunk.Span.Start).IsWhiteSpace())
            {
                return $"no chunk covers {end} to {chunk.Span.Start}";
            }

            end = chunk.Span.End;
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(chunk.EmbeddedText);
        }

        return text.AsSpan(end).IsWhiteSpace() ? null : $"no chunk covers what follows {end}";
    }
}
