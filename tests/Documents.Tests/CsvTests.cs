using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class CsvTests : ReaderConformance
{
    protected override string Extension => ".csv";

    protected override string ContentType => "text/csv";

    protected override bool IsNamed => true;

    protected override byte[] Make(params string[] paragraphs) =>
        Encoding.UTF8.GetBytes(string.Join("\r\n", paragraphs));

    protected override string[] Expected(params string[] paragraphs) => [string.Join('\n', paragraphs)];

    private static async Task<string[]> LinesAsync(string csv, string name = "a.csv") =>
        (await Files.ReadAsync(csv, name)).Lines();

    [Fact]
    public async Task The_first_row_stands_above_every_chunk()
    {
        var rows = Enumerable.Range(0, 100).Select(i => $"P-{i},seal worn on pump {i},{i * 3}");
        var document = await Files.ReadAsync("Part,Finding,Hours\n" + string.Join('\n', rows), "a.csv");

        document.Blocks.ShouldHaveSingleItem().Kind.ShouldBe(BlockKind.Table);
        var chunks = Chunker.Chunk(document, new ChunkOptions { MaxTokens = 60 }, Counters.Words).ToList();
        chunks.Count.ShouldBeGreaterThan(5);
        chunks.ShouldAllBe(chunk => chunk.Text.StartsWith("Part | Finding | Hours\n"));
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "a | b\n1 | 2")]
    [InlineData("a;b\n1,5;2,5\n3,5;4,5\n", "a | b\n1,5 | 2,5\n3,5 | 4,5")]
    [InlineData("1,5;2,5\n3,5;4,5\n", "1,5 | 2,5\n3,5 | 4,5")]
    [InlineData("a\tb\n1, or 2\t3; or 4\n", "a | b\n1, or 2 | 3; or 4")]
    [InlineData("a|b\n1|2\n", "a | b\n1 | 2")]
    [InlineData("sep=;\r\na;b,c\r\n1;2\r\n", "a | b,c\n1 | 2")]
    [InlineData("a,b\r1,x; y\r2,z\r", "a | b\n1 | x; y\n2 | z")]
    [InlineData("name,note\nx,\"a; b; c\"\ny,\"d; e; f\"\n", "name | note\nx | a; b; c\ny | d; e; f")]
    public async Task The_delimiter_is_found(string csv, string expected) =>
        (await LinesAsync(csv)).ShouldBe([expected]);

    [Theory]
    [InlineData("a,b\n\"one\ntwo\",\"say \"\"hi\"\"\"\nx,y", "a | b\none two | say \"hi\"\nx | y")]
    [InlineData("a,b,c\n1\n1,2,3,4\n,,\n,2,", "a | b | c\n1\n1 | 2 | 3 | 4\n | 2 |")]
    [InlineData("a,b\r1,2\r3,4", "a | b\n1 | 2\n3 | 4")]
    [InlineData("a,b\n5\" pipe,2\n6\" pipe,3", "a | b\n5\" pipe | 2\n6\" pipe | 3")]
    [InlineData("a,b\n1,2\n5\" pipe,3", "a | b\n1 | 2\n5\" pipe | 3")]
    [InlineData("a,b\r1,2\r\"open,3\r4,5", "a | b\n1 | 2\n\"open | 3\n4 | 5")]
    [InlineData("#,part\n#1,pump\n\n#2,seal\n\"open,3\n4,5", "# | part\n#1 | pump\n#2 | seal\n\"open | 3\n4 | 5")]
    [InlineData("a,b\n1,x\0y\n2,z\n", "a | b\n1 | xy\n2 | z")]
    [InlineData("a,b\n\"c\nd\",2\n\"open,3\n4,5\n6,7", "a | b\nc d | 2\n\"open | 3\n4 | 5\n6 | 7")]
    public async Task Quotes_and_ragged_rows_lose_nothing(string csv, string expected) =>
        (await LinesAsync(csv)).ShouldBe([expected]);

    [Fact]
    public async Task Lines_above_the_header_are_a_title() =>
        (await LinesAsync("Pump log 2031,,\nStation 3,,\n\nDay,Bar,Note\n1,2,ok\n")).ShouldBe([
            "Pump log 2031",
            "Station 3",
            "Day | Bar | Note\n1 | 2 | ok",
        ]);

    [Fact]
    public async Task A_long_list_of_one_column_keeps_its_order()
    {
        var lines = Enumerable.Range(0, 40).Select(i => $"item {i}").ToList();

        (await LinesAsync(string.Join('\n', lines))).ShouldBe([string.Join('\n', lines)]);
    }

    [Fact]
    public async Task Tabs_are_a_type_of_their_own() =>
        (await Files.ReadAsync("a\tb\n1\t2", "a.tsv")).ContentType.ShouldBe("text/tab-separated-values");

    [Fact]
    public async Task A_large_table_is_several_with_the_header_each()
    {
        var rows = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i},some words of text\n"));

        var document = await Files.ReadAsync("id,words\n" + rows, "a.csv");

        document.Blocks.Count.ShouldBeInRange(2, 10);
        document.Blocks.ShouldAllBe(block => block.Text.StartsWith("id | words\n") && block.Text.Length < 1_100_000);
        document.Blocks.Sum(block => block.Text.Count(c => c == '\n')).ShouldBe(200_000);
    }
}
