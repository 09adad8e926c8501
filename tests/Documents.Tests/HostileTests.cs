using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.Documents.Tests;

/// <summary>Files made to take a worker's memory, time or life. Each ends within its limits, and the next document is read.</summary>
[Collection(nameof(HostileTests))]
[CollectionDefinition(nameof(HostileTests), DisableParallelization = true)]
public sealed partial class HostileTests : IDisposable
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>What .NET itself and the code of the parsers take beside the heap that is bounded.</summary>
    private const long Runtime = 160 * Megabyte;

    private static readonly ReadLimits Limits = new() { Memory = 256 * Megabyte, Time = TimeSpan.FromSeconds(10) };

    private readonly IsolatedReader _reader = new(Limits);

    private static readonly Dictionary<string, Func<byte[]>> Files = new(StringComparer.Ordinal)
    {
        ["a gigabyte of spaces.pdf"] = () =>
            PdfTests.Pdf([(Flate, Deflated(new RepeatStream(" "u8, 1024 * Megabyte)))]),
        ["a gigabyte deflated twice.pdf"] = () =>
            PdfTests.Pdf([
                (
                    "/Filter[/FlateDecode/FlateDecode]",
                    Deflated(new MemoryStream(Deflated(new RepeatStream(" "u8, 1024 * Megabyte))))
                ),
            ]),
        ["three million operators.pdf"] = () =>
            PdfTests.Pdf([(Flate, Deflated(new RepeatStream("(a)Tj\n"u8, 18_000_000, "BT /F1 9 Tf "u8)))]),
        ["forms that draw forms.pdf"] = FormsThatDrawForms,
        ["a map of all characters.pdf"] = MapOfAllCharacters,
        ["a page tree in a loop.pdf"] = () =>
            Latin(
                Encoding
                    .Latin1.GetString(PdfTests.Pdf("BT ET"))
                    .Replace("/Kids[4 0 R]", "/Kids[2 0 R]", StringComparison.Ordinal)
            ),
        ["a cross-reference in a loop.pdf"] = () => CrossReferenceLoop("(x) Tj"),
        ["deep arrays.pdf"] = () =>
            PdfTests.Pdf([("", [])], "/X" + new string('[', 200_000) + new string(']', 200_000)),
        ["nested tables.docx"] = () => Docx(Nest("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 10_000)),
        ["a large part.docx"] = () => Docx(new string(' ', 200_000_000)),
        ["nested elements.html"] = () => Latin("<!doctype html>" + Nest("<div>", "</div>", 200_000)),
        ["unclosed formatting.html"] = () => Latin("<!doctype html>" + Repeat("<b><a><i>", 30_000)),
        ["nested lists.md"] = () =>
            Latin(string.Concat(Enumerable.Range(0, 2_800).Select(i => new string(' ', i) + "- x\n"))),
        ["nested quotes.md"] = () => Latin(new string('>', 50_000) + " x"),
        ["unclosed links.md"] = () => Latin(Repeat("[a](", 100_000)),
        ["unclosed emphasis.md"] = () => Latin(Repeat("*a **b ", 200_000)),
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    private const string Flate = "/Filter/FlateDecode";

    public void Dispose() => _reader.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Ends_within_its_limits_while_others_are_read(string name)
    {
        var bytes = Files[name]();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var before = Environment.WorkingSet;
        var peak = PeakAsync(stop.Token);
        var watch = Stopwatch.StartNew();
        var hostile = ReadAsync(bytes, name);

        (await ReadAsync(PdfTests.Pdf("BT /F1 12 Tf 72 700 Td (The other one.) Tj ET"), "other.pdf")).ShouldBe(
            "The other one."
        );
        var end = await hostile;
        watch.Elapsed.ShouldBeLessThan(Limits.Time + Limits.Time);
        await stop.CancelAsync();

        end.ShouldMatch("^(TooLarge|Exhausted|Corrupt|Empty|NoTextLayer): |^(x( x)*|[*ab \n]+)$", name);
        var (children, own) = await peak;
        (children - (2 * Runtime)).ShouldBeLessThan(Limits.Memory, "the processes of two files");
        (own - before).ShouldBeLessThan(Limits.Memory);
        (await ReadAsync("<!doctype html><p>The next one."u8.ToArray(), "next.html")).ShouldBe("The next one.");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name}: {end} {watch.Elapsed.TotalSeconds:0.0} s, children {children / Megabyte} MB, own {(own - before) / Megabyte} MB"
        );
    }

    [Fact]
    public async Task A_process_reads_many_files_and_gives_what_the_reader_gives()
    {
        var folder = Path.Combine(Cases.SourceFolder(), "../../samples");
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            await using var content = File.OpenRead(file);
            var apart = await _reader.ReadAsync(content, file, TestContext.Current.CancellationToken);
            content.Position = 0;
            var here = await DocumentReader.ReadAsync(content, file, Limits, TestContext.Current.CancellationToken);

            apart.Blocks.ShouldBe(here.Blocks);
            (apart with { Blocks = [] }).ShouldBe(here with { Blocks = [] });
        }
    }

    [Fact]
    public async Task Cancellation_ends_a_process_that_does_not_listen()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await using var content = new MemoryStream(Files["forms that draw forms.pdf"]());

        await Should.ThrowAsync<OperationCanceledException>(() => _reader.ReadAsync(content, "a.pdf", soon.Token));

        (await ReadAsync("<!doctype html><p>The next one."u8.ToArray(), "next.html")).ShouldBe("The next one.");
    }

    [Fact]
    public async Task Settings_stay_in_this_process()
    {
        Environment.SetEnvironmentVariable("SOME_KEY", "secret");
        await ReadAsync("<!doctype html><p>Text."u8.ToArray(), "a.html");

        foreach (var child in Children())
        {
            (
                await File.ReadAllTextAsync($"/proc/{child}/environ", TestContext.Current.CancellationToken)
            ).ShouldNotContain("SOME_KEY");
        }
    }

    private async Task<string> ReadAsync(byte[] bytes, string name)
    {
        try
        {
            await using var content = new MemoryStream(bytes);
            return (await _reader.ReadAsync(content, name, TestContext.Current.CancellationToken)).Text;
        }
        catch (DocumentException e)
        {
            return $"{e.Fault}: {e.Message}";
        }
    }

    // The sum of the peaks of all child processes, and the peak of this one; 0 where there is no /proc.
    private static async Task<(long Children, long Own)> PeakAsync(CancellationToken cancellationToken)
    {
        Dictionary<int, long> peaks = [];
        var own = 0L;
        while (!cancellationToken.IsCancellationRequested)
        {
            own = Math.Max(own, Environment.WorkingSet);
            foreach (var child in Children())
            {
                try
                {
                    using var process = Process.GetProcessById(child);
                    peaks[child] = process.PeakWorkingSet64;
                }
                catch (Exception e) when (e is ArgumentException or InvalidOperationException) { } // it has ended
            }

            await Task.Delay(20, CancellationToken.None);
        }

        return (peaks.Values.Sum(), own);
    }

    private static IEnumerable<int> Children() =>
        Directory.Exists("/proc/self/task")
            ? Directory
                .EnumerateDirectories($"/proc/{Environment.ProcessId}/task")
                .Select(task => Path.Combine(task, "children"))
                .Where(File.Exists)
                .SelectMany(file => Number.Matches(File.ReadAllText(file)))
                .Select(match => int.Parse(match.Value, System.Globalization.CultureInfo.InvariantCulture))
            : [];

    [GeneratedRegex("[0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Number { get; }

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static string Nest(string open, string close, int times) =>
        Repeat(open, times) + "x" + Repeat(close, times);

    // Ten forms that each draw the next one ten times.
    private static byte[] FormsThatDrawForms()
    {
        string Form(int i) =>
            $"/Resources<</XObject<</X{i + 1} {100 + i + 1} 0 R>>>>/Type/XObject/Subtype/Form/BBox[0 0 9 9]";
        var objects = Enumerable
            .Range(0, 11)
            .Select(i =>
            {
                var content = i == 10 ? "0 0 m 9 9 l S" : Repeat($"/X{i + 1} Do ", 10);
                return $"{100 + i} 0 obj\n<<{Form(i)}/Length {content.Length}>>\nstream\n{content}\nendstream\nendobj\n";
            });
        return WithObjects("/X0 Do", "/XObject<</X0 100 0 R>>", objects);
    }

    // A font whose map to Unicode claims to map every code of four bytes.
    private static byte[] MapOfAllCharacters()
    {
        const string Map =
            "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00000000> <FFFFFFFF> endcodespacerange 1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange endcmap";
        return WithObjects(
            "BT /F2 9 Tf <0000000100000002> Tj ET",
            "/Font<</F2 100 0 R>>",
            [
                "100 0 obj\n<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[101 0 R]/ToUnicode 102 0 R>>\nendobj\n",
                "101 0 obj\n<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor 103 0 R>>\nendobj\n",
                $"102 0 obj\n<</Length {Map.Length}>>\nstream\n{Map}\nendstream\nendobj\n",
                "103 0 obj\n<</Type/FontDescriptor/FontName/A/Flags 4/FontBBox[0 0 9 9]/ItalicAngle 0/Ascent 9/Descent 0/CapHeight 9/StemV 1>>\nendobj\n",
            ]
        );
    }

    // The objects stand where no table of offsets names them: readers find them by searching, as in many broken files.
    private static byte[] WithObjects(string content, string resources, IEnumerable<string> objects)
    {
        var pdf = Encoding
            .Latin1.GetString(PdfTests.Pdf(content))
            .Replace("/Font<</F1 3 0 R>>", resources, StringComparison.Ordinal);
        var end = pdf.IndexOf("xref\n", StringComparison.Ordinal);
        return Latin(pdf[..end] + string.Concat(objects) + "trailer\n<</Size 200/Root 1 0 R>>\nstartxref\n0\n%%EOF\n");
    }

    private static byte[] CrossReferenceLoop(string content)
    {
        var pdf = Encoding.Latin1.GetString(PdfTests.Pdf($"BT /F1 12 Tf 72 700 Td {content} ET"));
        var xref = pdf.LastIndexOf("\nxref", StringComparison.Ordinal) + 1;
        return Latin(pdf.Replace("/Root", $"/Prev {xref}/Root", StringComparison.Ordinal));
    }

    private static byte[] Docx(string body)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(
                "[Content_Types].xml",
                """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
            );
            Add(
                "_rels/.rels",
                """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"""
            );
            Add(
                "word/document.xml",
                $"""<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"""
            );

            void Add(string name, string text)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name).Open());
                writer.Write(text);
            }
        }

        return file.ToArray();
    }

    private static byte[] Deflated(Stream content)
    {
        using var deflated = new MemoryStream();
        using (var deflate = new ZLibStream(deflated, CompressionLevel.Optimal))
        {
            content.CopyTo(deflate);
        }

        return deflated.ToArray();
    }

    private sealed class RepeatStream : Stream
    {
        private readonly byte[] _unit;
        private readonly byte[] _first;
        private readonly long _length;
        private long _position;

        public RepeatStream(ReadOnlySpan<byte> unit, long length, ReadOnlySpan<byte> first = default) =>
            (_unit, _first, _length) = (unit.ToArray(), first.ToArray(), length + first.Length);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, _length - _position);
            for (var i = 0; i < read; i++, _position++)
            {
                buffer[offset + i] =
                    _position < _first.Length ? _first[_position] : _unit[(_position - _first.Length) % _unit.Length];
            }

            return read;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
