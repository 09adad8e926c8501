using System.Globalization;

namespace EmbeddingFunctions.Documents.Tests.Fuzz;

/// <summary>
/// Whatever is done to a file, it gives a document whose chunks cover it, or a reason. A long run, of FUZZ_SECONDS, with FUZZ_SEED and the
/// files of FUZZ_FOLDER as further samples (FUZZ_INPUT: one input alone):
/// <c>FUZZ_SECONDS=600 FUZZ_SEED=7 dotnet test --project tests/Documents.Tests -- --filter-class "*FuzzTests" --show-live-output on</c>
/// </summary>
public sealed class FuzzTests
{
    private const int ShortRun = 350;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Damaged_files_give_documents_or_reasons()
    {
        var folder = Environment.GetEnvironmentVariable("FUZZ_FOLDER") ?? "";
        using var fuzzer = new Fuzzer([.. Samples.Own, .. Samples.In(folder)], Number("FUZZ_SEED") ?? 1);
        var inputs = Number("FUZZ_INPUT") is { } input ? Enumerable.Range(input, 1) : Enumerable.Range(0, ShortRun);
        using var time = new CancellationTokenSource();
        if (Number("FUZZ_SECONDS") is { } seconds)
        {
            time.CancelAfter(TimeSpan.FromSeconds(seconds));
            inputs = Enumerable.Range(0, int.MaxValue).TakeWhile(_ => !time.IsCancellationRequested);
        }

        try
        {
            await Parallel.ForEachAsync(
                inputs,
                new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = Cancel },
                async (i, cancellationToken) => await fuzzer.RunAsync(i, cancellationToken)
            );
        }
        finally
        {
            foreach (var line in (IEnumerable<string>)[.. fuzzer.Findings, .. fuzzer.Limited, .. fuzzer.Table])
            {
                TestContext.Current.TestOutputHelper?.WriteLine(line);
            }
        }

        fuzzer.Findings.ShouldBeEmpty();
    }

    [Fact]
    public void Every_format_has_a_sample_and_inputs_are_the_same_in_every_run()
    {
        string[] formats =
        [
            ".csproj",
            ".csv",
            ".docx",
            ".eml",
            ".epub",
            ".gif",
            ".html",
            ".jpg",
            ".json",
            ".jsonl",
            ".md",
            ".mhtml",
            ".odg",
            ".odp",
            ".ods",
            ".odt",
            ".pdf",
            ".png",
            ".pptx",
            ".py",
            ".rtf",
            ".svg",
            ".tiff",
            ".tsv",
            ".txt",
            ".webp",
            ".xls",
            ".xlsx",
            ".xml",
            ".zip",
        ];

        Samples.Own.Select(sample => sample.Format).Distinct().Order().ShouldBe(formats);
        using var one = new Fuzzer(Samples.Own, seed: 3);
        using var other = new Fuzzer(Samples.Own, seed: 3);
        Enumerable
            .Range(0, 60)
            .Count(i => !one.Input(i).Bytes.SequenceEqual(one.Input(i).Sample.Bytes))
            .ShouldBeGreaterThan(50);
        for (var i = 0; i < 60; i++)
        {
            one.Input(i).Bytes.ShouldBe(other.Input(i).Bytes);
        }
    }

    [Fact]
    public void A_reader_that_trips_is_a_finding_and_a_refusal_is_none()
    {
        Fuzzer.TripOf(() => throw new InvalidOperationException()).ShouldNotBeNull();
        Fuzzer.TripOf(() => ((Document?)null)! with { Title = "" }).ShouldNotBeNull();
        Fuzzer.TripOf(() => throw new DocumentException(DocumentFault.Corrupt, "")).ShouldBeNull();
        Fuzzer.TripOf(() => throw new InvalidDataException()).ShouldBeNull();
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
