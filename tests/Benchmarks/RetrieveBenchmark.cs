using System.Globalization;
using Azure.Search.Documents.Models;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Index;
using EmbeddingFunctions.Functions.Models;
using EmbeddingFunctions.Functions.Search;
using EmbeddingFunctions.SearchEmulator;
using EmbeddingFunctions.Tools.Evaluating;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SearchMode = EmbeddingFunctions.Functions.Search.SearchMode;

namespace Benchmarks;

/// <summary>Questions through the app's own services over the search emulator: only HTTP triggers, reading and chunking are left out.</summary>
internal static class RetrieveBenchmark
{
    // Deeper than the measures look: what ties with the tenth may come later.
    private const int Top = 50;

    public static async Task RunAsync(string sets, string model, string analyzer, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("retrieve-benchmark-").FullName;
        try
        {
            await using var search = SearchEmulatorHost.Create(new SearchEmulatorOptions { DataFolder = folder });
            await search.StartAsync(cancellationToken);
            foreach (var set in LabelledSets.ReadRetrieval(sets))
            {
                var settings = new Dictionary<string, string?>
                {
                    ["Search:Endpoint"] = search.Urls.First(),
                    ["Search:Index"] = set.Name,
                    ["Search:Analyzer"] = analyzer,
                    ["Models:Folder"] = Path.Combine(Places.Repository, "models"),
                    ["Models:Default"] = model,
                };
                await using var app = new ServiceCollection()
                    .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
                    .AddLogging()
                    .AddEmbeddingFunctions()
                    .BuildServiceProvider();
                await FillAsync(app, set, cancellationToken);
                foreach (var mode in new[] { SearchMode.Keyword, SearchMode.Vector, SearchMode.Hybrid })
                {
                    var found = await FindAsync(app.GetRequiredService<Retriever>(), set, mode, cancellationToken);
                    Console.WriteLine(
                        $"{set.Name}, {model}, {analyzer}, {mode}: {found} ({set.Questions.Count} questions)"
                    );
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FillAsync(IServiceProvider app, RetrievalSet set, CancellationToken cancellationToken)
    {
        var model = await app.GetRequiredService<ModelCatalog>()
            .ChosenAsync(null, app.GetRequiredService<ModelSettings>(), cancellationToken);
        var vectors = await model.EmbedAsync(
            [.. set.Passages.Select(passage => passage.Text)],
            new EmbedOptions { InputType = InputType.Document },
            cancellationToken
        );
        await app.GetRequiredService<ChunkIndex>()
            .UploadAsync(
                set.Passages.Zip(
                    vectors,
                    (passage, embedding) =>
                        new SearchDocument
                        {
                            [Fields.Id] = passage.Id,
                            [Fields.Document] = $"set/{passage.Id}",
                            [Fields.Container] = "set",
                            [Fields.Content] = passage.Text,
                            [Fields.ContentVector] = embedding.Vector.ToArray(),
                        }
                ),
                cancellationToken
            );
    }

    private static async Task<string> FindAsync(
        Retriever retriever,
        RetrievalSet set,
        SearchMode mode,
        CancellationToken cancellationToken
    )
    {
        List<(int Given, int Tied)> ranks = [];
        foreach (var question in set.Questions)
        {
            // Some sets have a question of blanks, which the app refuses: nothing is found.
            ranks.Add(
                string.IsNullOrWhiteSpace(question.Text)
                    ? (int.MaxValue, int.MaxValue)
                    : await RankAsync(retriever, question, mode, cancellationToken)
            );
        }
        return $"{Figures(ranks.ConvertAll(r => r.Given))}; equal scores in favour {Figures(ranks.ConvertAll(r => r.Tied))}";
    }

    /// <summary>As the answer gives them, and without what scores just as the right passage does.</summary>
    private static async Task<(int Given, int Tied)> RankAsync(
        Retriever retriever,
        Question question,
        SearchMode mode,
        CancellationToken cancellationToken
    )
    {
        var request = new SearchRequest
        {
            Query = question.Text,
            Mode = mode,
            Top = Top,
        };
        var hits = (await retriever.FindAsync(request.Checked(), cancellationToken)).Results;
        return hits.FirstOrDefault(hit => hit.Id == question.Passage) is { } right
            ? (hits.TakeWhile(hit => hit != right).Count() + 1, hits.Count(hit => hit.Score > right.Score) + 1)
            : (int.MaxValue, int.MaxValue);
    }

    private static string Figures(List<int> ranks) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"R@1 {ranks.Average(rank => rank <= 1 ? 1.0 : 0):0.000}, R@5 {ranks.Average(rank => rank <= 5 ? 1.0 : 0):0.000}, MRR@10 {ranks.Average(rank => rank <= 10 ? 1.0 / rank : 0):0.000}"
        );
}
