using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>Search says where in a file a chunk stands, who wrote the file, and when.</summary>
public sealed class PlaceTests(SharedProduct shared) : IClassFixture<SharedProduct>
{
    private const string Relations =
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";

    private const string OfficeRelations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private readonly Product _product = shared.Product;

    [Fact]
    public async Task A_chunk_of_a_workbook_says_which_cells_it_is()
    {
        var rows = Enumerable
            .Range(1, 200)
            .Select(row => $"<row r=\"{row}\">{Cell($"pump {row}")}{Cell($"{row} bar")}</row>");
        await PutAsync("pumps.xlsx", Workbook("Pump list", string.Concat(rows)));

        var hits = await HitsAsync("pumps.xlsx", "pump 150", top: 100);

        hits.Length.ShouldBeGreaterThan(3);
        foreach (var hit in hits)
        {
            // every pump of the chunk is in the rows that it names, and it names no other: the first row is repeated above
            var rowsIn = Rows(hit.GetProperty("content").GetString()!);
            var place = hit.GetProperty("place").GetString()!;
            place.ShouldBe($"'Pump list'!A{rowsIn[0]}:B{rowsIn[^1]}");
        }

        static int[] Rows(string content)
        {
            int[] rows =
            [
                .. content
                    .Split('\n')
                    .Where(line => line.StartsWith("pump ", StringComparison.Ordinal))
                    .Select(line => int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)),
            ];
            return rows is [1, > 2, ..] ? rows[1..] : rows;
        }
    }

    [Fact]
    public async Task Author_and_dates_of_mails_and_documents_are_told_and_filtered_by()
    {
        await PutAsync(
            "ferry.eml",
            Encoding.UTF8.GetBytes(
                "From: Ann Lee <ann@example.org>\nTo: bo@example.org\nSubject: Ferry\nDate: Tue, 03 Feb 2026 09:30:00 +0800\n\n"
                    + "The ferry to the island leaves at nine."
            )
        );
        await PutAsync(
            "ferry.docx",
            Letter("王芳", "2025-06-01T12:00:00Z", "2026-01-02T03:04:05Z", "The ferry has a new engine.")
        );

        var mail = (await HitsAsync("ferry.eml", "ferry")).ShouldHaveSingleItem();
        mail.GetProperty("author").GetString().ShouldBe("Ann Lee");
        mail.GetProperty("created").GetDateTimeOffset().ShouldBe(new(2026, 2, 3, 1, 30, 0, TimeSpan.Zero));
        mail.GetProperty("modified").ValueKind.ShouldBe(JsonValueKind.Null);
        var letter = (await HitsAsync("ferry.docx", "ferry")).ShouldHaveSingleItem();
        letter.GetProperty("author").GetString().ShouldBe("王芳");
        letter.GetProperty("created").GetDateTimeOffset().ShouldBe(new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero));
        letter.GetProperty("modified").GetDateTimeOffset().ShouldBe(new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

        (await PathsAsync("author=Ann%20Lee")).ShouldBe(["ferry.eml"]);
        (await PathsAsync("author=%E7%8E%8B%E8%8A%B3")).ShouldBe(["ferry.docx"]);
        (await PathsAsync("created_since=2025-06-02&created_before=2026-02-04")).ShouldBe(["ferry.eml"]);
        (await PathsAsync("created_before=2025-06-02")).ShouldBe(["ferry.docx"]);
        (await PathsAsync("modified_since=2026-01-02&modified_before=2026-01-03")).ShouldBe(["ferry.docx"]);
        (await PathsAsync("modified_since=2026-01-03")).ShouldBeEmpty();
        var posted = await _product.PostAsync(
            "api/search",
            new
            {
                query = "ferry",
                author = "Ann Lee",
                created_since = "2026-02-03T01:30:00Z",
            }
        );
        posted.GetProperty("count").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_file_in_a_zip_says_its_path()
    {
        await PutAsync(
            "parcel.zip",
            Zip(("docs/guide.md", "# Guide\n\nThe lamp needs oil."), ("b/list.json", "[{\"lamp\":\"brass\"}]"))
        );

        var hits = await HitsAsync("parcel.zip", "lamp");

        hits.Select(hit => hit.GetProperty("place").GetString()).Order().ShouldBe(["b/list.json/[0]", "docs/guide.md"]);
    }

    private async Task PutAsync(string name, byte[] file)
    {
        await _product
            .Container.GetBlobClient(name)
            .UploadAsync(BinaryData.FromBytes(file), overwrite: true, TestContext.Current.CancellationToken);
        await _product.WaitForAsync(name, "Indexed");
    }

    private async Task<JsonElement[]> HitsAsync(string name, string query, int top = 10)
    {
        var answer = await _product.GetAsync(
            $"api/search?q={Uri.EscapeDataString(query)}&top={top}&document=documents/{name}"
        );
        return [.. answer.GetProperty("results").EnumerateArray()];
    }

    private async Task<string[]> PathsAsync(string filters)
    {
        var answer = await _product.GetAsync($"api/search?q=ferry&{filters}");
        return [.. answer.GetProperty("results").EnumerateArray().Select(hit => hit.GetProperty("path").GetString()!)];
    }

    private static string Cell(string text) => $"<c t=\"inlineStr\"><is><t>{text}</t></is></c>";

    private static byte[] Workbook(string sheet, string rows) =>
        Office(
            "xl/workbook.xml",
            "spreadsheetml.sheet",
            [
                (
                    "xl/workbook.xml",
                    $"<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{OfficeRelations}\">"
                        + $"<sheets><sheet name=\"{sheet}\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
                ),
                (
                    "xl/_rels/workbook.xml.rels",
                    $"{Relations}<Relationship Id=\"r1\" Type=\"{OfficeRelations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
                ),
                (
                    "xl/worksheets/sheet1.xml",
                    $"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
                ),
            ],
            "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        );

    private static byte[] Letter(string author, string created, string modified, string text) =>
        Office(
            "word/document.xml",
            "wordprocessingml.document",
            [
                (
                    "word/document.xml",
                    "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">"
                        + $"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
                ),
                (
                    "docProps/core.xml",
                    "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" "
                        + "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" "
                        + $"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:creator>{author}</dc:creator>"
                        + $"<dcterms:created xsi:type=\"dcterms:W3CDTF\">{created}</dcterms:created>"
                        + $"<dcterms:modified xsi:type=\"dcterms:W3CDTF\">{modified}</dcterms:modified></cp:coreProperties>"
                ),
            ],
            "<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>",
            "<Relationship Id=\"c\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>"
        );

    private static byte[] Office(
        string main,
        string type,
        (string Name, string Text)[] parts,
        string types,
        string relations = ""
    ) =>
        Zip([
            (
                "[Content_Types].xml",
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                    + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                    + $"<Override PartName=\"/{main}\" ContentType=\"application/vnd.openxmlformats-officedocument.{type}.main+xml\"/>{types}</Types>"
            ),
            (
                "_rels/.rels",
                $"{Relations}<Relationship Id=\"r\" Type=\"{OfficeRelations}/officeDocument\" Target=\"{main}\"/>{relations}</Relationships>"
            ),
            .. parts,
        ]);

    private static byte[] Zip(params (string Name, string Text)[] files)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (var (name, text) in files)
            {
                using var content = zip.CreateEntry(name).Open();
                content.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return file.ToArray();
    }
}
