using EmbeddingFunctions.Tools.Evaluating;

namespace EmbeddingFunctions.Tools.Tests;

public sealed class EvaluateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("embedding-functions-sets-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_labelled_set_gives_the_figure_that_others_measured()
    {
        Assert.SkipUnless(Directory.Exists(Paths.Labelled), $"{Paths.Labelled} is absent");
        File.Copy(Path.Combine(Paths.Labelled, "sts-en.jsonl"), Path.Combine(_folder, "sts-en.jsonl"));
        var (code, output, _) = await Tool.RunAsync("evaluate", "--model", "all-MiniLM-L6-v2", "--sets", _folder);

        // measured for these weights by others' code
        output.Trim().ShouldBe("sts-en: Spearman 86.78 (1500 pairs)");
        code.ShouldBe(0);
    }

    [Fact]
    public async Task A_question_finds_its_passage()
    {
        await WriteAsync(
            "retrieval-x-passages.jsonl",
            """{"id": "a", "title": "", "text": "Bananas are a tropical fruit."}""",
            """{"id": "b", "title": "", "text": "The parliament voted on the budget."}"""
        );
        await WriteAsync(
            "retrieval-x-questions.jsonl",
            """{"question": "Which fruit grows in the tropics?", "passage": "a"}""",
            """{"question": "Which fruit do people eat?", "passage": "b"}"""
        );

        var (_, output, _) = await Tool.RunAsync("evaluate", "--model", "all-MiniLM-L6-v2", "--sets", _folder);

        output.Trim().ShouldBe("retrieval-x: R@1 0.500, R@5 1.000, MRR@10 0.750 (2 questions, 2 passages)");
    }

    [Theory]
    [InlineData("{\"a\": \"x\", \"b\": \"y\"}", "line 1")]
    [InlineData("{\"a\": \"x\", \"b\": null, \"score\": 1}", "line 1")]
    [InlineData("", "is empty")]
    public async Task A_set_that_is_none_is_refused(string text, string expected)
    {
        await WriteAsync("sts-x.jsonl", text.Length == 0 ? [] : [text]);

        var (code, _, error) = await Tool.RunAsync("evaluate", "--model", "all-MiniLM-L6-v2", "--sets", _folder);

        code.ShouldBe(1);
        error.ShouldContain("sts-x.jsonl");
        error.ShouldContain(expected);
    }

    [Fact]
    public void Among_equally_near_passages_the_earlier_comes_first()
    {
        float[][] passages =
        [
            [1, 0],
            [0, 1],
            [1, 0],
            [1, 0.1f],
        ];

        RetrievalSet.Rank([1, 0], passages, 0).ShouldBe(1);
        RetrievalSet.Rank([1, 0], passages, 2).ShouldBe(2);
        RetrievalSet.Rank([1, 0], passages, 1).ShouldBe(4);
    }

    private Task WriteAsync(string name, params string[] lines) =>
        File.WriteAllLinesAsync(Path.Combine(_folder, name), lines, TestContext.Current.CancellationToken);
}
