using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class XlsTests : ReaderConformance
{
    protected override string Extension => ".xls";

    protected override string ContentType => "application/vnd.ms-excel";

    protected override string[] Expected(params string[] paragraphs) => ["Costs", .. paragraphs];

    protected override byte[] Make(params string[] paragraphs) =>
        Xls(("Costs", 0, [.. paragraphs.SelectMany((text, i) => Label(2 * i, 0, text))]));

    // Records of BIFF8 ([MS-XLS]): a number, a length, that many bytes.
    private static byte[] Record(ushort number, params IEnumerable<byte[]> content)
    {
        byte[] bytes = [.. content.SelectMany(part => part)];
        return [.. U16(number), .. U16(bytes.Length), .. bytes];
    }

    private static byte[] U16(int value) => BitConverter.GetBytes((ushort)value);

    private static byte[] U32(int value) => BitConverter.GetBytes(value);

    private static byte[] Label(int row, int column, string text) =>
        Record(0x204, U16(row), U16(column), U16(0), U16(text.Length), [1], Encoding.Unicode.GetBytes(text));

    private static byte[] Number(int row, int column, int style, double value) =>
        Record(0x203, U16(row), U16(column), U16(style), BitConverter.GetBytes(value));

    private static byte[] Row(int row, bool isHidden) =>
        Record(0x208, U16(row), U16(0), U16(9), U16(300), U16(0), U16(0), U32(isHidden ? 0x20 : 0));

    private static byte[] Begin(int kind) => Record(0x809, U16(0x600), U16(kind), U16(0), U16(0), U32(0), U32(0));

    private static byte[] Style(int format) => Record(0xE0, U16(0), U16(format), new byte[16]);

    private static byte[] End => Record(0xA);

    private static byte[] Xls(params (string Name, byte State, byte[] Cells)[] sheets) => Xls([], sheets);

    private static byte[] Xls(byte[] settings, params (string Name, byte State, byte[] Cells)[] sheets)
    {
        byte[] styles = [.. Style(0), .. Style(14), .. Style(10)];
        var parts = sheets.Select(sheet => (byte[])[.. Begin(0x10), .. sheet.Cells, .. End]).ToList();
        byte[] Globals(int[] starts) =>
            [
                .. Begin(5),
                .. settings,
                .. styles,
                .. sheets.SelectMany(
                    (sheet, i) =>
                        Record(
                            0x85,
                            U32(starts[i]),
                            [sheet.State, 0, (byte)sheet.Name.Length, 0],
                            Encoding.ASCII.GetBytes(sheet.Name)
                        )
                ),
                .. End,
            ];
        var start = Globals(new int[sheets.Length]).Length;
        var starts = parts.Select((_, i) => start + parts.Take(i).Sum(part => part.Length)).ToArray();
        return Compound("Workbook", [.. Globals(starts), .. parts.SelectMany(part => part)]);
    }

    // A compound file ([MS-CFB]) with one stream: header, one sector of chains, one of entries, the stream.
    private static byte[] Compound(string name, byte[] stream)
    {
        const int Sector = 512;
        var sectors = Math.Max(8, (stream.Length + Sector - 1) / Sector);
        byte[] header =
        [
            .. Convert.FromHexString("D0CF11E0A1B11AE1"),
            .. new byte[16],
            .. U16(0x3E),
            .. U16(3),
            .. U16(0xFFFE),
            .. U16(9),
            .. U16(6),
            .. new byte[10],
            .. U32(1),
            .. U32(1),
            .. U32(0),
            .. U32(4096),
            .. U32(-2),
            .. U32(0),
            .. U32(-2),
            .. U32(0),
            .. U32(0),
            .. Enumerable.Repeat((byte)0xFF, 108 * 4),
        ];
        byte[] chains =
        [
            .. U32(-3),
            .. U32(-2),
            .. Enumerable.Range(3, sectors - 1).SelectMany(U32),
            .. U32(-2),
            .. Enumerable.Repeat((byte)0xFF, Sector),
        ];
        byte[] Entry(string entry, byte type, int child, int first, int size) =>
            [
                .. Encoding.Unicode.GetBytes(entry.PadRight(32, '\0')),
                .. U16((entry.Length + 1) * 2),
                type,
                1,
                .. U32(-1),
                .. U32(-1),
                .. U32(child),
                .. new byte[36],
                .. U32(first),
                .. U32(size),
                .. U32(0),
            ];
        return
        [
            .. header,
            .. chains[..Sector],
            .. Entry("Root Entry", 5, 1, -2, 0),
            .. Entry(name, 2, -1, 2, Math.Max(4096, stream.Length)),
            .. new byte[256],
            .. stream,
            .. new byte[(sectors * Sector) - stream.Length],
        ];
    }

    [Fact]
    public async Task A_workbook_is_read_as_it_is_shown()
    {
        byte[] cells =
        [
            .. Label(0, 0, "Start"),
            .. Label(0, 1, "HIDDEN COLUMN"),
            .. Label(0, 2, "Share"),
            .. Number(1, 0, 1, 48030),
            .. Number(1, 2, 2, 0.125),
            .. Row(2, isHidden: true),
            .. Label(2, 0, "HIDDEN ROW"),
            .. Number(3, 0, 0, 7315.4),
            .. Label(3, 2, "東京"),
            .. Label(9, 0, "alone"),
            .. Record(0x7D, U16(1), U16(1), U16(0), U16(0), U16(1), U16(0)),
        ];

        var document = await Files.ReadAsync(Xls(("Costs", 0, cells), ("Secret", 1, Label(0, 0, "HIDDEN"))), "a.xls");

        document.Blocks.ShouldBe([
            new Block(BlockKind.Heading, "Costs", 1),
            new Block(BlockKind.Table, "Start | Share\n2031-07-01 | 12.50%\n7315.4 | 東京", Place: "Costs!A1:C4"),
            new Block(BlockKind.Paragraph, "alone", Place: "Costs!A10"),
        ]);
    }

    [Fact]
    public async Task Days_may_be_counted_from_1904()
    {
        var workbook = Xls(Record(0x22, U16(1)), ("Costs", 0, Number(0, 0, 1, 44743)));

        (await Files.ReadAsync(workbook, "a.xls")).Lines().ShouldBe(["Costs", "2026-07-02"]);
    }

    [Fact]
    public async Task A_password_is_a_fault_of_its_own()
    {
        var locked = Xls(Record(0x2F, U16(0), U16(1), U16(2)), ("Costs", 0, Label(0, 0, "x")));

        (await Files.RefusalOfAsync(locked, "a.xls")).Fault.ShouldBe(DocumentFault.Encrypted);
    }

    [Theory]
    [InlineData("WordDocument")]
    [InlineData("PowerPoint Document")]
    public async Task Other_old_office_files_are_named(string stream)
    {
        var refusal = await Files.RefusalOfAsync(Compound(stream, Encoding.Unicode.GetBytes("Workbook\0")), "a.xls");

        refusal.Fault.ShouldBe(DocumentFault.Unsupported);
        refusal.Message.ShouldContain("old Office file");
    }
}
