namespace EmbeddingFunctions.Documents.Tests;

/// <summary>What holds for docx, pptx and xlsx.</summary>
public abstract class OfficeReaderConformance : ZipReaderConformance
{
    private static readonly (string From, string To)[] Strict =
    [
        ("http://schemas.openxmlformats.org/officeDocument/2006/", "http://purl.oclc.org/ooxml/officeDocument/"),
        ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (
            "http://schemas.openxmlformats.org/presentationml/2006/main",
            "http://purl.oclc.org/ooxml/presentationml/main"
        ),
        (
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main"
        ),
        ("http://schemas.openxmlformats.org/drawingml/2006/main", "http://purl.oclc.org/ooxml/drawingml/main"),
    ];

    /// <summary>Office writes either of two sets of namespaces.</summary>
    [Fact]
    public async Task Strict_files_are_read_as_transitional_ones()
    {
        var file = Make("The text.");
        foreach (var name in Zips.Names(file))
        {
            file = Zips.With(
                file,
                name,
                Strict.Aggregate(
                    Zips.Text(file, name),
                    (text, strict) => text.Replace(strict.From, strict.To, StringComparison.Ordinal)
                )
            );
        }

        (await Files.ReadAsync(file, "file" + Extension)).Lines().ShouldBe(Expected("The text."));
    }

    /// <summary>People write all sorts of things into links; Office opens such files.</summary>
    [Theory]
    [InlineData("mailto:a@b.c, d@e.f;;@@")]
    [InlineData("http://[bad")]
    [InlineData("http:////host:port\\x|y")]
    [InlineData("#Sheet 1!A1 %")]
    public async Task A_link_that_leads_nowhere_does_no_harm(string link)
    {
        var part = Parts[^1];
        var slash = part.LastIndexOf('/');
        var rels = $"{part[..slash]}/_rels{part[slash..]}.rels";
        var file = Make("The text.");
        var one =
            "<Relationship Id=\"bad\" TargetMode=\"External\" "
            + "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink\" "
            + $"Target=\"{link}\"/>";
        var before = Zips.Names(file).Contains(rels) ? Zips.Text(file, rels) : "";

        file = Zips.With(
            file,
            rels,
            before.Length > 0 && before.Contains("</Relationships>", StringComparison.Ordinal)
                ? before.Replace("</Relationships>", one + "</Relationships>", StringComparison.Ordinal)
                : $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{one}</Relationships>"
        );

        (await Files.ReadAsync(file, "file" + Extension)).Lines().ShouldBe(Expected("The text."));
    }
}
