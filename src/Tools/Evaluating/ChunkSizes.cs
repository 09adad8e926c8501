using System.Globalization;
using System.Numerics.Tensors;
using EmbeddingFunctions.Documents;
using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.Tools.Evaluating;

/// <summary>
/// Which size of chunks finds answers best: each article of a set is one document, cut and embedded as the app does it. A chunk is
/// right if it has half of the passage that answers the question, or is half of it.
/// </summary>
internal sealed class ChunkSizes(EmbeddingModel model, RetrievalSet set, Screen screen)
{
    /// <summary>Small chunks and large ones at equal cost: what is found in so many tokens from the first chunk on.</summary>
    private const int Budget = 1024;

    private readonly List<Article> _articles =
    [
        .. set.Passages.GroupBy(passage => passage.Title, StringComparer.Ordinal).Select(Article.Of),
    ];

    /// <summary>One line for each size and overlap.</summary>
    public async Task RunAsync(
        IReadOnlyList<int> sizes,
        IReadOnlyList<int> overlapPercents,
        CancellationToken cancellationToken
    )
    {
        var questions = await model.EmbedAllAsync(
            $"{set.Name}: questions",
            [.. set.Questions.Select(question => question.Text)],
            new EmbedOptions { InputType = InputType.Query },
            screen,
            cancellationToken
        );
        foreach (var size in sizes)
        {
            foreach (var percent in overlapPercents)
            {
                var options = new ChunkOptions { MaxTokens = size, OverlapTokens = size * percent / 100 };
                screen.Line(
                    $"{set.Name}, {size} tokens, overlap {percent} %: "
                        + await RunAsync(options, questions, cancellationToken)
                );
            }
        }
    }

    private async Task<string> RunAsync(ChunkOptions options, float[][] questions, CancellationToken cancellationToken)
    {
        List<(Article Article, Chunk Chunk, int Tokens)> chunks =
        [
            .. _articles.SelectMany(article =>
                Chunker
                    .Chunk(article.Document, options, Count)
                    .Select(chunk => (article, chunk, Count(chunk.EmbeddedText)))
            ),
        ];
        var vectors = await model.EmbedAllAsync(
            $"{set.Name}: {chunks.Count} chunks",
            [.. chunks.Select(chunk => chunk.Chunk.EmbeddedText)],
            new EmbedOptions { InputType = InputType.Document, Truncate = false },
            screen,
            cancellationToken
        );
        var places = set
            .Questions.AsParallel()
            .AsOrdered()
            .WithCancellation(cancellationToken)
            .Select((question, i) => Place(question.Passage, questions[i]))
            .ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"R@1 {places.Average(p => p.Rank == 1 ? 1.0 : 0):0.000}, R@5 {places.Average(p => p.Rank <= 5 ? 1.0 : 0):0.000}, MRR@10 {places.Average(p => p.Rank <= 10 ? 1.0 / p.Rank : 0):0.000}, within {Budget} tokens {places.Average(p => p.Tokens <= Budget ? 1.0 : 0):0.000} ({chunks.Count} chunks)"
        );

        (int Rank, int Tokens) Place(string passage, float[] question)
        {
            var (rank, tokens) = (0, 0);
            var order = Enumerable
                .Range(0, chunks.Count)
                .OrderByDescending(i => TensorPrimitives.Dot(question, vectors[i]));
            foreach (var (article, chunk, count) in order.Select(i => chunks[i]))
            {
                (rank, tokens) = (rank + 1, tokens + count);
                if (article.Spans.TryGetValue(passage, out var span) && Shares(span, chunk.Span))
                {
                    return (rank, tokens);
                }
            }

            return (int.MaxValue, int.MaxValue);
        }

        int Count(string text) => model.CountTokens(text, InputType.Document);
    }

    private static bool Shares(TextSpan passage, TextSpan chunk)
    {
        var shared = Math.Min(passage.End, chunk.End) - Math.Max(passage.Start, chunk.Start);
        return 2 * shared >= Math.Min(passage.End - passage.Start, chunk.End - chunk.Start);
    }

    /// <param name="Spans">By passage: where it is in the document's text.</param>
    private sealed record Article(Document Document, Dictionary<string, TextSpan> Spans)
    {
        public static Article Of(IEnumerable<Passage> passages)
        {
            List<Block> blocks = [];
            Dictionary<string, TextSpan> spans = new(StringComparer.Ordinal);
            var end = 0;
            foreach (var passage in passages)
            {
                if (blocks.Count == 0 && passage.Title.Length > 0)
                {
                    Add(new Block(BlockKind.Heading, passage.Title.Replace('_', ' '), Level: 1));
                }

                spans[passage.Id] = Add(new Block(BlockKind.Paragraph, passage.Text.Trim()));
            }

            return new(new Document { ContentType = "text/plain", Blocks = blocks }, spans);

            TextSpan Add(Block block)
            {
                const int BetweenBlocks = 2;
                var start = blocks.Count == 0 ? 0 : end + BetweenBlocks;
                blocks.Add(block);
                end = start + block.Text.Length;
                return new TextSpan(start, end);
            }
        }
    }
}
