using System.Net;
using System.Reflection;
using EmbeddingFunctions.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace EmbeddingFunctions.Functions.Tests.Http;

public sealed class UnknownRouteTests
{
    /// <summary>The Functions host takes the first function, by name, whose route matches.</summary>
    [Fact]
    public void It_is_the_last_of_all_functions()
    {
        var names = typeof(UnknownRoute)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name)
            .OfType<string>()
            .Order(StringComparer.OrdinalIgnoreCase);

        names.Last().ShouldBe("UnknownRoute");
    }

    [Fact]
    public void It_lists_the_routes_there_are()
    {
        var refusal = Refusal("GET", "/api/serach", out _);

        refusal.Status.ShouldBe(HttpStatusCode.NotFound);
        refusal.Message.ShouldStartWith("There is no '/api/serach'. There are: ");
        refusal.Message.ShouldContain("GET, POST /api/search;");
        refusal.Message.ShouldContain("GET /api/documents/{container}/{path};");
        refusal.Message.ShouldNotContain("rest");
    }

    [Theory]
    [InlineData("GET", "/api/embed", "POST")]
    [InlineData("PUT", "/api/search", "GET, POST")]
    [InlineData("DELETE", "/api/documents/documents/a/b.txt", "GET")]
    public void A_route_that_is_there_for_another_method_says_for_which(string method, string path, string allowed)
    {
        var refusal = Refusal(method, path, out var context);

        refusal.Status.ShouldBe(HttpStatusCode.MethodNotAllowed);
        context.Response.Headers.Allow.ToString().ShouldBe(allowed);
        refusal.Message.ShouldStartWith($"{method} is not possible at '{path}'; ");
    }

    private static InvalidRequestException Refusal(string method, string path, out HttpContext context)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Path) = (method, path);
        context = request.HttpContext;
        return Should.Throw<InvalidRequestException>(() => UnknownRoute.Answer(request));
    }
}
