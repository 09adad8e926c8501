using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class RankingTests
{
    private static readonly float[] Query = [1, 0, 0, 0];

    [Theory]
    [InlineData("cosine", 1.0, 1 / (2 - 0.6), 1 / 2.0, 1 / 3.0)]
    [InlineData("dotProduct", 1.0, 1 / (2 - 0.6), 1 / 2.0, 1 / 3.0)]
    [InlineData("euclidean", 1.0, 1 / 1.8, 1 / 3.0, 1 / 5.0)]
    public async Task Vector_scores_are_those_of_the_service(
        string metric,
        double same,
        double near,
        double right,
        double opposite
    )
    {
        await using var emulator = await VectorsAsync(metric);
        var answer = await emulator.SearchAsync(
            "things",
            new { vectorQueries = new[] { TestIndex.VectorQuery(Query, 10) } }
        );
        var found = answer["value"]!.AsArray().ToDictionary(d => (string)d!["id"]!, d => (double)d!["@search.score"]!);
        found.Count.ShouldBe(4);
        found["same"].ShouldBe(same, 1e-6);
        found["near"].ShouldBe(near, 1e-6);
        found["right"].ShouldBe(right, 1e-6);
        found["opposite"].ShouldBe(opposite, 1e-6);
    }

    [Fact]
    public async Task A_star_beside_one_vector_query_adds_nothing_and_beside_two_their_ranks_are_fused()
    {
        await using var emulator = await VectorsAsync("cosine");
        var one = await emulator.SearchAsync(
            "things",
            new { search = "*", vectorQueries = new[] { TestIndex.VectorQuery(Query) } }
        );
        ((double)one["value"]![0]!["@search.score"]!).ShouldBe(1, 1e-6);
        var two = await emulator.SearchAsync(
            "things",
            new { search = "*", vectorQueries = new[] { TestIndex.VectorQuery(Query), TestIndex.VectorQuery(Query) } }
        );
        two["value"]!.AsArray().Select(d => (float)(double)d!["@search.score"]!).ShouldBe([2f / 60, 2f / 61, 2f / 62]);
    }

    [Fact]
    public async Task One_vector_query_on_two_fields_gives_two_lists()
    {
        await using var emulator = await VectorsAsync("cosine");
        await emulator.IndexAsync(
            "things",
            [
                new Dictionary<string, object>
                {
                    ["@search.action"] = "merge",
                    ["id"] = "near",
                    ["other"] = Query,
                },
            ]
        );
        var answer = await emulator.SearchAsync(
            "things",
            new { vectorQueries = new[] { TestIndex.VectorQuery(Query, 2, "vector,other") } }
        );
        var scores = answer["value"]!.AsArray().Select(d => ((string)d!["id"]!, (float)(double)d["@search.score"]!));
        scores.ShouldBe([("near", 1f / 60 + 1f / 61), ("same", 1f / 60)]);
    }

    [Fact]
    public async Task The_parameters_of_bm25_count_at_once()
    {
        await using var emulator = await Emulator.StartAsync();
        var index = JsonSerializer.SerializeToNode(TestIndex.Everything())!;
        await emulator.CreateAsync(index);
        await emulator.IndexAsync(
            "things",
            [
                new { id = "short", title = "whale" },
                new { id = "long", title = "whale whale and much more about other animals of the deep blue sea" },
            ]
        );
        (await BestAsync()).ShouldBe("short");
        // Without a penalty for length, how often a word comes decides.
        index["similarity"] = JsonNode.Parse(
            """{"@odata.type":"#Microsoft.Azure.Search.BM25Similarity","k1":3,"b":0}"""
        );
        var (response, answer) = await emulator.SendAsync(
            "PUT",
            $"indexes('things')?{Emulator.Version}&allowIndexDowntime=true",
            index.ToJsonString(),
            Emulator.Representation
        );
        ((int)response.StatusCode).ShouldBe(200);
        answer!["similarity"]!
            .ToJsonString()
            .ShouldBe("""{"@odata.type":"#Microsoft.Azure.Search.BM25Similarity","k1":3.0,"b":0.0}""");
        (await BestAsync()).ShouldBe("long");

        async Task<string> BestAsync() => (await emulator.KeysAsync("things", new { search = "whale" }))[0];
    }

    [Theory]
    [InlineData("search.score()", "two,one")]
    [InlineData("search.score() desc", "two,one")]
    [InlineData("search.score() asc", "one,two")]
    public async Task An_order_by_score_alone_has_the_best_first(string orderby, string keys)
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync(
            "things",
            [new { id = "one", title = "whale and fish" }, new { id = "two", title = "whale whale fish" }]
        );
        (await emulator.KeysAsync("things", new { search = "whale", orderby })).ShouldBe(keys.Split(','));
    }

    [Fact]
    public async Task Classic_similarity_is_the_tf_idf_of_lucene_four()
    {
        var folder = Emulator.NewFolder();
        await using (var emulator = await Emulator.StartAsync(folder))
        {
            var index = JsonSerializer.SerializeToNode(TestIndex.Everything())!;
            index["similarity"] = JsonNode.Parse("""{"@odata.type":"#Microsoft.Azure.Search.ClassicSimilarity"}""");
            await emulator.CreateAsync(index);
            await emulator.IndexAsync(
                "things",
                [new { id = "a", title = "whale whale whale whale" }, new { id = "b", title = "fish" }]
            );
            await CheckAsync(emulator);
        }
        await using (var emulator = await Emulator.StartAsync(folder))
            await CheckAsync(emulator);
        Directory.Delete(folder, recursive: true);

        static async Task CheckAsync(Emulator emulator)
        {
            var (_, read) = await emulator.SendAsync("GET", $"indexes('things')?{Emulator.Version}");
            read!["similarity"]!
                .ToJsonString()
                .ShouldBe("""{"@odata.type":"#Microsoft.Azure.Search.ClassicSimilarity"}""");
            var answer = await emulator.SearchAsync("things", new { search = "whale", searchFields = "title" });
            // √4 · idf · 1/√4 with idf = 1 + ln(2 / (1 + 1)); the query's norm takes one idf away.
            ((double)answer["value"]![0]!["@search.score"]!).ShouldBe(1, 1e-6);
        }
    }

    [Fact]
    public void Fused_sums_equal_the_recorded_ones_bit_for_bit()
    {
        // Lists in which row 0 has the ranks a and b; the sums are printed by the service in double precision.
        Sum(0, 0).ShouldBe(0.03333333507180214);
        Sum(1, 2).ShouldBe(0.032522473484277725);
        Sum(1, 5).ShouldBe(0.03177805617451668);
        Sum(2).ShouldBe(0.016129031777381897);
        Sum(3).ShouldBe(0.01587301678955555);
        Sum(4).ShouldBe(0.015625);
        Sum(6).ShouldBe(0.01515151560306549);
        Sum(0).ShouldBe(0.01666666753590107);
        Sum(1).ShouldBe(0.016393441706895828);
        Sum(0, 4).ShouldBe(0.03229166567325592);
        Sum(5).ShouldBe(0.015384615398943424);
        Sum(2, 3).ShouldBe(0.0320020467042923);

        static double Sum(params int[] ranks) =>
            Ranking
                .HybridRanker.Fuse([
                    .. ranks.Select(rank =>
                        (IReadOnlyList<Ranking.Hit>)
                            [
                                .. Enumerable.Range(0, rank).Select(i => new Ranking.Hit(100 + i, 1)),
                                new Ranking.Hit(0, 1),
                            ]
                    ),
                ])
                .Single(h => h.Row == 0)
                .Score;
    }

    [Fact]
    public void Of_equal_sums_the_better_rank_by_words_is_first()
    {
        Ranking.Hit[] byVector = [new(1, 0.9f), new(2, 0.8f), new(3, 0.7f), new(4, 0.6f)];
        Ranking.Hit[] byWords = [new(2, 9), new(1, 8), new(5, 7), new(6, 6)];

        Ranking.HybridRanker.Fuse([byVector, byWords]).Select(hit => hit.Row).ShouldBe([2, 1, 5, 3, 6, 4]);
    }

    [Fact]
    public async Task A_pre_filter_gives_k_results_and_a_post_filter_what_is_left_of_k()
    {
        await using var emulator = await VectorsAsync("cosine");
        object Body(string mode) =>
            new
            {
                filter = "kind eq 'odd'",
                vectorFilterMode = mode,
                vectorQueries = new[] { TestIndex.VectorQuery(Query, 2) },
                select = "id",
            };
        (await emulator.KeysAsync("things", Body("preFilter"))).ShouldBe(["near", "opposite"]);
        (await emulator.KeysAsync("things", Body("postFilter"))).ShouldBe(["near"]);
    }

    [Fact]
    public async Task A_hybrid_answer_is_the_union_of_its_lists_under_its_filter()
    {
        await using var emulator = await VectorsAsync("cosine");
        var keys = await emulator.KeysAsync(
            "things",
            new
            {
                search = "word",
                vectorQueries = new[] { TestIndex.VectorQuery(Query, 1) },
                select = "id",
            }
        );
        keys.Order().ShouldBe(["opposite", "right", "same"]);
        var filtered = await emulator.KeysAsync(
            "things",
            new
            {
                search = "word",
                filter = "kind eq 'odd'",
                vectorQueries = new[] { TestIndex.VectorQuery(Query, 1) },
                select = "id",
            }
        );
        filtered.Order().ShouldBe(["near", "opposite"]);
    }

    [Fact]
    public async Task Order_by_puts_nulls_first_ascending_and_last_descending_and_ties_by_score()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync(
            "things",
            [
                new
                {
                    id = "a",
                    small = 2,
                    kind = "x",
                },
                new
                {
                    id = "b",
                    small = 1,
                    kind = "x",
                },
                new { id = "c", kind = "y" },
            ]
        );
        (await emulator.KeysAsync("things", new { orderby = "small" })).ShouldBe(["c", "b", "a"]);
        (await emulator.KeysAsync("things", new { orderby = "small desc" })).ShouldBe(["a", "b", "c"]);
        (await emulator.KeysAsync("things", new { orderby = "kind desc,small asc" })).ShouldBe(["c", "b", "a"]);
        (await emulator.KeysAsync("things", new { orderby = "search.score() desc, id desc" })).ShouldBe([
            "c",
            "b",
            "a",
        ]);
        (
            await emulator.KeysAsync(
                "things",
                new
                {
                    orderby = "id",
                    skip = 1,
                    top = 1,
                }
            )
        ).ShouldBe(["b"]);
        await emulator.RefusedAsync("things", new { orderby = "body" });
        await emulator.RefusedAsync("things", new { orderby = "nope" });
        await emulator.RefusedAsync("things", new { orderby = "small sideways" });
        await emulator.RefusedAsync("things", new { orderby = "tags" });
    }

    [Fact]
    public async Task Many_rows_are_scanned_in_parallel_with_the_same_answer()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        var random = new Random(7);
        var vectors = Enumerable
            .Range(0, 20_000)
            .Select(_ =>
                new[] { random.NextSingle() - 0.5f, random.NextSingle() - 0.5f, random.NextSingle() - 0.5f, 0.1f }
            )
            .ToArray();
        for (var start = 0; start < vectors.Length; start += 1000)
            await emulator.IndexAsync(
                "things",
                [.. Enumerable.Range(start, 1000).Select(i => new { id = $"{i}", vector = vectors[i] })]
            );
        var expected = Enumerable
            .Range(0, vectors.Length)
            .OrderByDescending(i => vectors[i][0] / Math.Sqrt(vectors[i].Sum(x => (double)x * x)))
            .Take(20)
            .Select(i => $"{i}");
        var found = await emulator.KeysAsync(
            "things",
            new { vectorQueries = new[] { TestIndex.VectorQuery(Query, 20) }, select = "id" }
        );
        found.ShouldBe(expected);
    }

    private static async Task<Emulator> VectorsAsync(string metric)
    {
        var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything(metric: metric));
        await emulator.IndexAsync(
            "things",
            [
                new
                {
                    id = "right",
                    vector = new[] { 0f, 1, 0, 0 },
                    kind = "even",
                    title = "word",
                },
                new
                {
                    id = "near",
                    vector = new[] { 0.6f, 0.8f, 0, 0 },
                    kind = "odd",
                    title = "else",
                },
                new
                {
                    id = "same",
                    vector = Query,
                    kind = "even",
                    title = "else",
                },
                new
                {
                    id = "opposite",
                    vector = new[] { -1f, 0, 0, 0 },
                    kind = "odd",
                    title = "word",
                },
                new { id = "without", title = "else" },
            ]
        );
        return emulator;
    }
}
