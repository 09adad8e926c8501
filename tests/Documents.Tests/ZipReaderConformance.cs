namespace EmbeddingFunctions.Documents.Tests;

/// <summary>What holds for every format that is a zip of XML parts.</summary>
public abstract class ZipReaderConformance : ReaderConformance
{
    /// <summary>Parts without which such a file is broken, the one with the text among them.</summary>
    protected abstract string[] Parts { get; }

    private Task<DocumentException> RefusalOfAsync(byte[] file, ReadLimits? limits = null) =>
        Files.RefusalOfAsync(file, "file" + Extension, limits);

    [Fact]
    public async Task A_container_that_ends_too_soon_is_corrupt()
    {
        var file = Make("The text.");

        foreach (var share in (double[])[0.2, 0.5, 0.9])
        {
            (await RefusalOfAsync(file[..(int)(file.Length * share)])).Fault.ShouldBe(DocumentFault.Corrupt);
        }
    }

    [Fact]
    public async Task What_unfolds_without_end_is_refused()
    {
        var file = Zips.With(Make("The text."), "media/picture.png", new byte[32 * 1024 * 1024]);

        file.Length.ShouldBeLessThan(200_000);
        (await RefusalOfAsync(file, new ReadLimits { UnfoldedBytes = 1024 * 1024 })).Fault.ShouldBe(
            DocumentFault.TooLarge
        );
        (await RefusalOfAsync(file, new ReadLimits { ZipEntries = 2 })).Message.ShouldContain("entries");
    }

    [Fact]
    public async Task Parts_that_nest_too_deeply_are_refused_before_they_end_the_process()
    {
        const int Depth = 20_000;
        var deep =
            "<!DOCTYPE d>"
            + string.Concat(Enumerable.Repeat("<g>", Depth))
            + string.Concat(Enumerable.Repeat("</g>", Depth));

        foreach (var part in Parts)
        {
            foreach (var xml in (string[])[deep, deep[12..]])
            {
                var refusal = await RefusalOfAsync(Zips.With(Make("The text."), part, xml));

                refusal.Fault.ShouldBe(DocumentFault.TooLarge, part);
                refusal.Message.ShouldContain("256");
            }
        }
    }

    [Fact]
    public async Task Entities_that_multiply_or_read_files_are_refused()
    {
        var many = string.Concat(
            Enumerable
                .Range(1, 9)
                .Select(i => $"<!ENTITY e{i} \"{string.Concat(Enumerable.Repeat($"&e{i - 1};", 10))}\">")
        );
        foreach (var part in Parts)
        {
            foreach (
                var xml in (string[])
                    [
                        $"<!DOCTYPE d [<!ENTITY e0 \"laugh\">{many}]><d>&e9;</d>",
                        "<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><d>&e;</d>",
                    ]
            )
            {
                (await RefusalOfAsync(Zips.With(Make("The text."), part, xml))).Fault.ShouldBe(
                    DocumentFault.Corrupt,
                    part
                );
            }
        }
    }

    [Fact]
    public async Task Without_a_part_or_with_another_in_its_place_there_is_one_kind_of_error()
    {
        foreach (var part in Parts)
        {
            foreach (var content in (string?[])[null, "", "<other/>", "no XML", "<a><b></a>"])
            {
                var bytes = content is null ? null : System.Text.Encoding.UTF8.GetBytes(content);

                (await RefusalOfAsync(Zips.With(Make("The text."), part, bytes))).Fault.ShouldBeOneOf(
                    DocumentFault.Corrupt,
                    DocumentFault.Empty,
                    DocumentFault.Unsupported
                );
            }
        }
    }
}
