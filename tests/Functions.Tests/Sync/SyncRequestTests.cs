using CsCheck;
using EmbeddingFunctions.Functions.Sync;

namespace EmbeddingFunctions.Functions.Tests.Sync;

public sealed class SyncRequestTests
{
    private const string Account = "http://127.0.0.1:10000/devstoreaccount1";

    [Fact]
    public void A_CloudEvent_names_its_blob() =>
        SyncRequest
            .Parse(
                $$$"""{"specversion":"1.0","type":"Microsoft.Storage.BlobCreated","data":{"api":"PutBlob","url":"{{{Account}}}/documents/a/b.txt"}}"""
            )
            .ShouldBe(new SyncRequest("documents", "a/b.txt"));

    [Fact]
    public void An_event_of_the_EventGrid_schema_names_its_blob_alone_or_in_an_array()
    {
        var one =
            """{"eventType":"Microsoft.Storage.BlobDeleted","data":{"url":"https://acct.blob.core.windows.net/documents/a.txt"}}""";

        SyncRequest.Parse(one).ShouldBe(new SyncRequest("documents", "a.txt"));
        SyncRequest.Parse($"[{one}]").ShouldBe(new SyncRequest("documents", "a.txt"));
    }

    [Theory]
    [InlineData("100%25%20done%20%2B%20plan%20%232.txt", "100% done + plan #2.txt")]
    [InlineData("100%2525%20done.txt", "100%25 done.txt")]
    [InlineData("%E8%8B%B9%E6%9E%9C/%F0%9F%8D%8E.txt", "苹果/🍎.txt")]
    public void A_name_is_decoded_once(string inUrl, string name) =>
        SyncRequest.Parse($$$"""{"data":{"url":"{{{Account}}}/documents/{{{inUrl}}}"}}""").Path.ShouldBe(name);

    [Fact]
    public void Our_own_message_is_read_as_it_was_written() =>
        Gen.Select(Gen.String[1, 40], Gen.String[1, 40], Gen.Int[0, 9], Gen.Bool)
            .Select((container, path, attempt, force) => new SyncRequest(container, path, attempt, force))
            .Where(request => IsWellFormed(request.Container) && IsWellFormed(request.Path))
            .Sample(request => SyncRequest.Parse(request.ToMessage().ToString()).ShouldBe(request));

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"data":{"url":"not an address"}}""")]
    [InlineData("""{"data":{"url":17}}""")]
    [InlineData("""{"container":"documents"}""")]
    [InlineData("""{"container":"documents","path":""}""")]
    public void Anything_else_is_refused(string message) =>
        Should
            .Throw<FormatException>(() => SyncRequest.Parse(message))
            .Message.ShouldContain("neither a storage event");

    private static bool IsWellFormed(string text) => !text.Any(char.IsSurrogate);
}
