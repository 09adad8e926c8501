using EmbeddingFunctions.Documents.Chunking;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class ChunkerTests
{
    private static Document Of(params Block[] blocks) => new() { ContentType = "text/plain", Blocks = blocks };

    private static Block P(string text) => new(BlockKind.Paragraph, text);

    private static Block H(int level, string text) => new(BlockKind.Heading, text, level);

    private static List<Chunk> Cut(Document document, int max, int overlap = 0, TokenCounter? count = null) =>
        [
            .. Chunker.Chunk(
                document,
                new ChunkOptions { MaxTokens = max, OverlapTokens = overlap },
                count ?? Counters.Characters
            ),
        ];

    [Fact]
    public void A_heading_begins_a_chunk_and_is_in_its_text_and_breadcrumb()
    {
        var chunks = Cut(
            Of(H(1, "A"), P("one"), H(2, "B"), P("two"), H(3, "C"), P("three"), H(2, "D"), P("four")),
            100
        );

        chunks
            .Select(chunk => (chunk.Heading, chunk.Text))
            .ShouldBe([("A", "A\n\none"), ("A > B", "B\n\ntwo"), ("A > B > C", "C\n\nthree"), ("A > D", "D\n\nfour")]);
        chunks[1].EmbeddedText.ShouldBe("A > B\nB\n\ntwo");
    }

    [Fact]
    public void Headings_above_headings_ride_along_and_empty_sections_stand_alone() =>
        Cut(Of(H(1, "A"), H(2, "B"), P("one"), H(2, "C"), H(2, "D"), P("two")), 100)
            .Select(chunk => (chunk.Heading, chunk.Text))
            .ShouldBe([("A > B", "A\n\nB\n\none"), ("A > C", "C"), ("A > D", "D\n\ntwo")]);

    [Fact]
    public void Small_paragraphs_are_packed_and_never_across_a_heading() =>
        Cut(Of(P("aaaa"), P("bbbb"), P("cccc"), H(1, "H"), P("dddd")), 22)
            .Select(chunk => chunk.Text)
            .ShouldBe(["aaaa\n\nbbbb\n\ncccc", "H\n\ndddd"]);

    [Fact]
    public void A_paragraph_that_fits_a_chunk_is_not_cut() =>
        Cut(Of(P("Aa aa. Bb bb."), P("Cc cc. Dd dd. Ee ee.")), 28)
            .Select(chunk => chunk.Text)
            .ShouldBe(["Aa aa. Bb bb.", "Cc cc. Dd dd. Ee ee."]);

    [Fact]
    public void A_larger_paragraph_is_cut_between_sentences_and_a_larger_sentence_between_words() =>
        Cut(Of(P("Aa aa. Bb bb. Cc cc dd ee ff gg hh ii jj. Kk.")), 20)
            .Select(chunk => chunk.Text)
            .ShouldBe(["Aa aa. Bb bb.", "Cc cc dd ee ff gg", "hh ii jj. Kk."]);

    [Fact]
    public void A_larger_word_is_cut_between_the_characters_that_people_see()
    {
        var family = "👩‍👩‍👧";

        var chunks = Cut(Of(P(string.Concat(Enumerable.Repeat(family, 10)))), 30);

        chunks.ShouldAllBe(chunk => chunk.Text == family + family + family || chunk.Text == family);
    }

    [Fact]
    public void A_character_larger_than_a_chunk_is_cut_between_code_points()
    {
        var tower = "a" + new string('\u0301', 100);

        var chunks = Cut(Of(P(tower)), 30);

        string.Concat(chunks.Select(chunk => chunk.Text)).ShouldBe(tower);
    }

    [Fact]
    public void Whole_sentences_are_repeated_up_to_the_overlap()
    {
        var text = P("Aaaa aa. Bb bb. Cc cc. Dd dd. Ee ee. Ff ff.");

        Cut(Of(text), 26, overlap: 8)
            .Select(c => c.Text)
            .ShouldBe(["Aaaa aa. Bb bb. Cc cc.", "Cc cc. Dd dd. Ee ee.", "Ee ee. Ff ff."]);
        Cut(Of(text), 26, overlap: 0).Select(c => c.Text).ShouldBe(["Aaaa aa. Bb bb. Cc cc.", "Dd dd. Ee ee. Ff ff."]);
    }

    [Fact]
    public void The_header_row_is_repeated_over_later_rows()
    {
        var table = new Block(BlockKind.Table, "Name | Unit\np1 | ms\np2 | ms\np3 | ms\np4 | ms");

        var chunks = Cut(Of(table, P("After.")), 32);

        chunks
            .Select(chunk => chunk.Text)
            .ShouldBe(["Name | Unit\np1 | ms\np2 | ms", "Name | Unit\np3 | ms\np4 | ms", "After."]);
        Of(table).Text[chunks[1].Span.Start..chunks[1].Span.End].ShouldBe("p3 | ms\np4 | ms");
    }

    [Fact]
    public void Code_is_cut_between_lines_and_keeps_its_indentation() =>
        Cut(Of(new Block(BlockKind.Code, "if (a) {\n    call(b);\n    call(c);\n}")), 26)
            .Select(chunk => chunk.Text)
            .ShouldBe(["if (a) {\n    call(b);", "    call(c);\n}"]);

    [Fact]
    public void A_long_breadcrumb_loses_its_outermost_headings_first()
    {
        var chunks = Cut(Of(H(1, new string('a', 30)), H(2, new string('b', 20)), H(3, "inner"), P("text")), max: 100);

        chunks[0].Heading.ShouldBe($"{new string('b', 20)} > inner");
        Cut(Of(H(1, new string('a', 200)), P("text")), 100)
            .ShouldAllBe(c => c.Heading.Length <= 33 && c.Heading.Length > 10);
    }

    [Fact]
    public void Chunks_carry_the_page_on_which_they_begin() =>
        Cut(Of(P("one") with { Page = 1 }, P("two two two") with { Page = 2 }), 14)
            .Select(chunk => chunk.Page)
            .ShouldBe([1, 2]);

    [Fact]
    public void A_chunk_of_a_sheet_has_the_cells_that_it_covers()
    {
        Block Cells(BlockKind kind, string text, string place) => new(kind, text, Place: place);
        var sheet = new[]
        {
            H(1, "Costs"),
            Cells(BlockKind.Paragraph, "In euro", "Costs!B1"),
            Cells(BlockKind.Table, "Part | No\np1 | 11\np2 | 22\np3 | 33\np4 | 44", "Costs!A3:C7"),
        };

        Cut(Of(sheet), 1000).Select(chunk => chunk.Place).ShouldBe(["Costs!A1:C7"]);
        Cut(Of(sheet), 38)
            .Select(chunk => (chunk.Text, chunk.Place))
            .ShouldBe([
                ("Costs\n\nIn euro", "Costs!B1"),
                ("Part | No\np1 | 11\np2 | 22", "Costs!A3:C5"),
                ("Part | No\np3 | 33\np4 | 44", "Costs!A6:C7"),
            ]);
        // a row that is hidden has no line: lines do not tell rows
        sheet[2] = sheet[2] with
        {
            Place = "Costs!A3:C8",
        };
        Cut(Of(sheet), 38).Select(chunk => chunk.Place).ShouldBe(["Costs!B1", "Costs!A3:C8", "Costs!A3:C8"]);
    }

    [Fact]
    public void A_row_that_is_cut_keeps_its_place() =>
        Cut(Of(new Block(BlockKind.Table, "a\n" + new string('b', 100), Place: "x/'My ''S'!Z9:AA10")), 60)
            .Select(chunk => chunk.Place)
            .ShouldBe(["x/'My ''S'!Z9:AA9", "x/'My ''S'!Z10:AA10", "x/'My ''S'!Z10:AA10"]);

    [Fact]
    public void A_chunk_has_the_place_of_what_it_begins_with_below_its_headings()
    {
        Block At(Block block, string place) => block with { Place = place };

        Cut(Of(At(H(1, "a.zip"), "a.zip"), At(P("one"), "a.zip/[0]"), At(P("two"), "a.zip/[1]"), P("end")), 100)
            .Single()
            .Place.ShouldBe("a.zip/[0]");
        Cut(Of(At(H(1, "a.txt"), "a.txt"), At(H(1, "b.txt"), "b.txt"), P("no place")), 100)
            .Select(chunk => chunk.Place)
            .ShouldBe(["a.txt", null]);
    }

    [Fact]
    public void A_section_of_megabytes_is_cut_as_several_and_its_spans_are_the_documents()
    {
        var document = Of([
            H(1, "A"),
            .. Enumerable.Range(0, 30).Select(i => P(new string((char)('a' + i % 26), 100_000))),
        ]);
        var text = document.Text;

        Section.Of(document).ShouldAllBe(section => section.Text.Length <= 1024 * 1024);
        var chunks = Cut(document, 8000);

        chunks.ShouldAllBe(chunk => text.Substring(chunk.Span.Start, chunk.Span.End - chunk.Span.Start) == chunk.Text);
        chunks.ShouldAllBe(chunk => chunk.Heading == "A");
        chunks.Sum(chunk => chunk.Text.Count(char.IsLetter)).ShouldBe(3_000_001);
        chunks[^1].Span.End.ShouldBe(text.Length);
    }

    [Fact]
    public void A_limit_without_room_for_a_character_is_an_argument_error()
    {
        Should.Throw<ArgumentException>(() =>
            Chunker.Chunk(Of(P("a")), new ChunkOptions { MaxTokens = 2 }, Counters.Characters)
        );
        Should.Throw<ArgumentException>(() => Cut(Of(P("水")), 7, count: Counters.Bytes)).Message.ShouldContain("7");
        Should.Throw<ArgumentException>(() => Cut(Of(P("a")), 10, overlap: -1));
        Cut(Of(H(1, "heading"), P("水")), 8, count: Counters.Bytes).Last().Text.ShouldBe("水");
    }

    [Fact]
    public void Chunks_are_made_as_they_are_asked_for()
    {
        var counted = 0L;
        var document = Of([.. Enumerable.Range(0, 2000).Select(i => P($"Sentence number {i} of many."))]);

        var first = Chunker
            .Chunk(
                document,
                new ChunkOptions(),
                text =>
                {
                    counted += text.Length;
                    return Counters.Characters(text);
                }
            )
            .First();

        first.Ordinal.ShouldBe(0);
        counted.ShouldBeLessThan(5_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_line_of_650_000_characters_without_a_space_costs_few_counts(bool isUnknownWord)
    {
        var line = string.Create(650_000, 3, (span, seed) => new Random(seed).GetItems<char>("abcdefghij0123+/", span));
        var counted = 0L;
        int Count(string text)
        {
            counted += text.Length;
            return isUnknownWord ? 3 : 2 + (text.Length * 2 / 3);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var chunks = Cut(Of(P(line)), 256, overlap: 32, count: Count);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        string.Concat(chunks.Select(chunk => chunk.Text)).ShouldBe(line);
        // Every character is counted about five times, whatever the length of the line.
        counted.ShouldBeLessThan(line.Length * 8);
        // The rest of the line is never copied.
        allocated.ShouldBeLessThan(line.Length * 100L);
    }

    [Fact]
    public void The_cost_grows_with_the_length()
    {
        long Counted(int paragraphs)
        {
            var counted = 0L;
            var document = Of([
                .. Enumerable.Range(0, paragraphs).Select(i => P($"Sentence {i} is here. Another {i} follows it.")),
            ]);
            Cut(
                document,
                256,
                32,
                text =>
                {
                    counted += text.Length;
                    return Counters.Words(text);
                }
            );
            return counted;
        }

        Counted(8000).ShouldBeLessThan(Counted(1000) * 10);
    }
}
