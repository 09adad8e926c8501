using System.Net;
using Azure;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Http;
using EmbeddingFunctions.Functions.Index;
using Microsoft.AspNetCore.Http;

namespace EmbeddingFunctions.Functions.Tests.Http;

/// <summary>Each error has its status, and says by itself whether another try makes sense.</summary>
public sealed class ProblemTests
{
    public static TheoryData<Exception, HttpStatusCode, int?> Errors =>
        new()
        {
            { new RequestFailedException(0, "Connection refused"), HttpStatusCode.ServiceUnavailable, 5 },
            { new RequestFailedException(503, "Busy"), HttpStatusCode.ServiceUnavailable, 5 },
            { Tries(new RequestFailedException(0, "refused")), HttpStatusCode.ServiceUnavailable, 5 },
            { Tries(new TaskCanceledException("100 s are over")), HttpStatusCode.ServiceUnavailable, 5 },
            { Tries(new RequestFailedException(403, "Forbidden")), HttpStatusCode.InternalServerError, null },
            { new OperationCanceledException(), HttpStatusCode.ServiceUnavailable, 5 },
            { new ObjectDisposedException("model"), HttpStatusCode.ServiceUnavailable, 5 },
            { new BadHttpRequestException("cut off", 400), HttpStatusCode.BadRequest, null },
            { new BadHttpRequestException("too slow", 408), HttpStatusCode.RequestTimeout, null },
            { new InvalidRequestException("no"), HttpStatusCode.BadRequest, null },
            { new IndexMismatchException("other model"), HttpStatusCode.Conflict, null },
            { new SearchRefusedException("no such field"), HttpStatusCode.BadGateway, null },
            { new UnknownModelException("x", []), HttpStatusCode.NotFound, null },
            { new TextTooLongException(0, 600, 512), HttpStatusCode.UnprocessableEntity, null },
            { new ModelFolderException("folder is missing"), HttpStatusCode.InternalServerError, null },
        };

    [Theory]
    [MemberData(nameof(Errors), DisableDiscoveryEnumeration = true)]
    public void Every_error_has_a_status_and_a_sentence(Exception error, HttpStatusCode status, int? retryAfter)
    {
        var problem = Problem.Of(error);

        (problem.Status, problem.RetryAfter).ShouldBe((status, retryAfter));
        problem.Detail.ShouldNotBeNullOrEmpty();
        problem.IsOurs.ShouldBe((int)status >= 500);
    }

    [Fact]
    public void An_error_that_nobody_foresaw_tells_the_log_only()
    {
        var problem = Problem.Of(new InvalidOperationException("secret"));

        (problem.Status, problem.Detail, problem.IsOurs).ShouldBe((HttpStatusCode.InternalServerError, null, true));
    }

    /// <summary>What Azure's clients throw when every try has failed.</summary>
    private static AggregateException Tries(Exception last) =>
        new("Retry failed after 4 tries.", new IOException(), new IOException(), new IOException(), last);
}
