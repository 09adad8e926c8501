using System.Text;
using CsCheck;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class ChunkerPropertyTests
{
    private static readonly Gen<string> Words = Gen.OneOf(
        Gen.String[Gen.Char["abcdefgXYZ"], 1, 12],
        Gen.String[Gen.Char["水泵每运行五百小时须检查轴承温度，"], 1, 20],
        Gen.Const("👩‍👩‍👧"),
        Gen.Const("e\u0301a\u0300"),
        Gen.Const("Dr."),
        Gen.Const("3.5"),
        Gen.Const("\U0001F6E0\uFE0F"),
        Gen.String[Gen.Char["abc0123456789+/"], 30, 90]
    );

    private static readonly Gen<string> Sentence =
        from words in Words.Array[1, 12]
        from space in Pick(" ", " ", "", "\n", "  ")
        from end in Pick(". ", "。", "! ", "?\" ", "", "\n", "… ", "।")
        select string.Join(space, words) + end;

    private static readonly Gen<Block> Body = Gen.Frequency(
        (5, Sentence.Array[1, 8].Select(s => new Block(BlockKind.Paragraph, string.Concat(s)))),
        (2, Sentence.Select(s => new Block(BlockKind.ListItem, s))),
        (1, Words.Array[2, 4].Array[1, 12].Select(rows => new Block(BlockKind.Table, Table(rows)))),
        (1, Words.Array[1, 20].Select(lines => new Block(BlockKind.Code, "  " + string.Join("\n    ", lines))))
    );

    private static readonly Gen<Block> Heading =
        from level in Gen.Int[1, 4]
        from words in Words.Array[1, 6]
        select new Block(BlockKind.Heading, string.Join(' ', words), level);

    private static readonly Gen<Document> Documents =
        from blocks in Gen.Frequency((4, Body), (1, Heading)).Array[1, 25]
        select new Document
        {
            ContentType = "text/plain",
            Blocks = [.. blocks.Select(b => b with { Text = b.Text.Trim() }).Where(b => b.Text.Length > 0)],
        };

    private static readonly Gen<(Document Document, ChunkOptions Options, TokenCounter Count)> Inputs =
        from document in Documents
        from max in Gen.Frequency((1, Gen.Int[30, 60]), (2, Gen.Int[40, 300]))
        from overlap in Gen.Frequency((1, Gen.Const(0)), (3, Gen.Int[1, 80]))
        from counter in Gen.Int[0, Counters.All.Count - 1]
        select (document, new ChunkOptions { MaxTokens = max, OverlapTokens = overlap }, Counters.All[counter]);

    [Fact]
    public void No_chunk_is_over_the_limit() =>
        ForAll((_, options, count, chunks) => chunks.All(c => count(c.EmbeddedText) <= options.MaxTokens));

    [Fact]
    public void Spans_cover_every_character_that_is_not_blank() =>
        ForAll(
            (document, _, _, chunks) =>
            {
                var text = document.Text;
                var end = 0;
                foreach (var chunk in chunks)
                {
                    if (chunk.Span.Start > end && !string.IsNullOrWhiteSpace(text[end..chunk.Span.Start]))
                    {
                        return false;
                    }

                    end = Math.Max(end, chunk.Span.End);
                }

                return string.IsNullOrWhiteSpace(text[end..]);
            }
        );

    [Fact]
    public void Spans_are_in_order_and_ordinals_count_up() =>
        ForAll(
            (_, _, _, chunks) =>
                chunks.Index().All(c => c.Item.Ordinal == c.Index)
                && chunks
                    .Zip(chunks.Skip(1))
                    .All(c => c.First.Span.Start < c.Second.Span.Start && c.First.Span.End < c.Second.Span.End)
        );

    [Fact]
    public void A_chunk_is_the_text_of_its_span_or_that_below_a_table_header() =>
        ForAll(
            (document, _, _, chunks) =>
                chunks.All(c =>
                    document.Text[c.Span.Start..c.Span.End] is var text
                    && (
                        string.Equals(c.Text, text, StringComparison.Ordinal)
                        || document.Blocks.Any(b =>
                            b.Kind == BlockKind.Table
                            && string.Equals(c.Text, $"{b.Text.Split('\n')[0]}\n{text}", StringComparison.Ordinal)
                        )
                    )
                )
        );

    [Fact]
    public void Chunks_are_well_formed_and_not_blank() =>
        ForAll(
            (_, _, _, chunks) =>
                chunks.All(c => !string.IsNullOrWhiteSpace(c.Text) && IsWellFormed(c.Text) && IsWellFormed(c.Heading))
        );

    [Fact]
    public void The_same_document_gives_the_same_chunks() =>
        ForAll(
            (document, options, count, chunks) => Chunker.Chunk(document, options, count).SequenceEqual(chunks),
            iterations: 300
        );

    [Fact]
    public void Nothing_is_repeated_across_a_heading_or_without_overlap() =>
        ForAll(
            (document, options, _, chunks) =>
            {
                var headings = HeadingStarts(document);
                return chunks
                    .Zip(chunks.Skip(1))
                    .Where(c => c.Second.Span.Start < c.First.Span.End)
                    .All(c =>
                        options.OverlapTokens > 0
                        && !headings.Exists(h => h >= c.Second.Span.Start && h < c.Second.Span.End)
                    );
            }
        );

    [Fact]
    public void What_is_repeated_is_within_the_overlap_asked_for() =>
        ForAll(
            (document, options, count, chunks) =>
                chunks
                    .Zip(chunks.Skip(1))
                    .Where(c => c.Second.Span.Start < c.First.Span.End)
                    .All(c =>
                        count(document.Text[c.Second.Span.Start..c.First.Span.End]) - count("") <= options.OverlapTokens
                    )
        );

    [Fact]
    public void A_heading_is_alone_only_if_no_text_follows_it() =>
        ForAll(
            (document, options, count, chunks) =>
            {
                var bodies = Starts(document).Where(b => b.Block.Kind != BlockKind.Heading).ToList();
                return chunks
                    .Zip(chunks.Skip(1))
                    .Where(c => !bodies.Exists(b => b.Start < c.First.Span.End && b.End > c.First.Span.Start))
                    .All(c =>
                        HeadingStarts(document).Contains(c.Second.Span.Start)
                        // Or the heading was itself too large.
                        || Starts(document)
                            .Any(b =>
                                b.Block.Kind == BlockKind.Heading
                                && b.Start < c.Second.Span.Start
                                && b.End > c.Second.Span.Start
                            )
                        // Long headings may leave no room for a character of their text.
                        || count(c.First.EmbeddedText + "\n\n" + c.Second.Text.EnumerateRunes().First())
                            > options.MaxTokens / 2
                    );
            }
        );

    private static void ForAll(
        Func<Document, ChunkOptions, TokenCounter, IReadOnlyList<Chunk>, bool> holds,
        int iterations = 1000
    ) =>
        Inputs.Sample(
            input =>
            {
                var chunks = Chunker.Chunk(input.Document, input.Options, input.Count).ToList();
                return holds(input.Document, input.Options, input.Count, chunks);
            },
            iter: iterations,
            print: input =>
                $"{input.Options} {input.Count.Method.Name}\n"
                + string.Join("\n--\n", input.Document.Blocks.Select(b => $"{b.Kind} {b.Level}: {b.Text}"))
        );

    private static List<int> HeadingStarts(Document document) =>
        [.. Starts(document).Where(b => b.Block.Kind == BlockKind.Heading).Select(b => b.Start)];

    private static IEnumerable<(int Start, int End, Block Block)> Starts(Document document)
    {
        var start = 0;
        foreach (var block in document.Blocks)
        {
            yield return (start, start + block.Text.Length, block);
            start += block.Text.Length + 2;
        }
    }

    private static string Table(string[][] rows) => string.Join('\n', rows.Select(r => string.Join(" | ", r)));

    private static Gen<string> Pick(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (Rune.GetRuneAt(text, i) is { } rune)
            {
                i += rune.Utf16SequenceLength - 1;
            }
        }

        return true;
    }
}
