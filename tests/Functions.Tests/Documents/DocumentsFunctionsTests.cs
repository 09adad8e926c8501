using System.Net;
using System.Text;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Documents;
using EmbeddingFunctions.Functions.Http;
using EmbeddingFunctions.Functions.Sync;
using EmbeddingFunctions.Functions.Tests.Sync;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace EmbeddingFunctions.Functions.Tests.Documents;

/// <summary>Questions about documents, against a real table.</summary>
public sealed class DocumentsFunctionsTests(Bench bench) : IClassFixture<Bench>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_follow_each_other_and_only_in_the_list_they_were_given_for()
    {
        await using var worker = bench.NewWorker(bench.NewContainer());
        foreach (var name in new[] { "a.txt", "b.txt", "c.txt" })
        {
            await worker.PutAsync(name, $"Text of {name}.");
            await worker.SyncAsync(name);
        }

        HashSet<string> seen = [];
        string? continuation = null;
        string? first = null;
        do
        {
            var page = await ListAsync(worker, continuation is null ? "?top=1" : $"?top=1&continuation={continuation}");
            seen.UnionWith(page.Documents.Select(document => document.Path));
            continuation = page.Continuation;
            first ??= continuation;
        } while (continuation is not null);

        seen.ShouldBe(["a.txt", "b.txt", "c.txt"], ignoreOrder: true);
        var raw = Encoding.UTF8.GetString(Convert.FromHexString(first!)[8..]);
        string[] wrong =
        [
            "zz",
            "00",
            first![2..],
            first + "00",
            Convert.ToHexString(Encoding.UTF8.GetBytes(raw)),
            Convert.ToHexString(new byte[8]) + Convert.ToHexString(Encoding.UTF8.GetBytes(raw)),
        ];
        foreach (var word in wrong)
        {
            (await RefusalAsync(worker, $"?top=1&continuation={word}")).ShouldContain(
                "'continuation'",
                customMessage: word
            );
        }

        (await RefusalAsync(worker, $"?top=1&state=failed&continuation={first}")).ShouldContain("'continuation'");
    }

    [Theory]
    [InlineData("a%5Cb")]
    [InlineData("a/b")]
    [InlineData("ab")]
    [InlineData("UPPER")]
    [InlineData("-abc")]
    [InlineData("abc-")]
    [InlineData("a--b")]
    [InlineData("%00ab")]
    public async Task A_name_that_no_container_can_have_is_refused(string name)
    {
        await using var worker = bench.NewWorker("unused");

        (await RefusalAsync(worker, $"?container={name}")).ShouldContain("cannot be a container");
        var refusal = await Should.ThrowAsync<InvalidRequestException>(
            GetAsync(worker, Uri.UnescapeDataString(name), "x")
        );
        refusal.Message.ShouldContain("cannot be a container");
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("0a-b-c9")]
    [InlineData("$web")]
    public void A_name_that_a_container_can_have_is_taken(string name) => ContainerName.Checked(name).ShouldBe(name);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task An_address_that_names_no_document_is_told_the_shape_of_one_that_does(string? path)
    {
        await using var worker = bench.NewWorker(bench.NewContainer());

        var refusal = await Should.ThrowAsync<InvalidRequestException>(GetAsync(worker, "report.pdf", path));

        refusal.Status.ShouldBe(HttpStatusCode.BadRequest);
        refusal.Message.ShouldContain("/api/documents/CONTAINER/PATH");
    }

    private static DocumentsFunctions Functions(Worker worker) =>
        new(worker.Ledger, worker.Get<SyncQueue>(), worker.Get<SyncSettings>(), new ApiSettings());

    private static async Task<DocumentsAnswer> ListAsync(Worker worker, string query)
    {
        var answer = await Functions(worker).ListAsync(Request(query), Cancellation);
        return (DocumentsAnswer)((JsonResult)answer).Value!;
    }

    private static async Task<string> RefusalAsync(Worker worker, string query)
    {
        var refusal = await Should.ThrowAsync<InvalidRequestException>(ListAsync(worker, query), query);
        refusal.Status.ShouldBe(HttpStatusCode.BadRequest);
        return refusal.Message;
    }

    private static Task<IActionResult> GetAsync(Worker worker, string container, string? path) =>
        Functions(worker).GetAsync(Request(""), container, path, Cancellation);

    private static HttpRequest Request(string query)
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(query);
        return request;
    }
}
