using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;

namespace EmbeddingFunctions.Functions.Http;

/// <summary>
/// Answers what no other function does, with the list of those that do. The Functions host tries routes in the order of the
/// functions' names (azure-functions-host #9876), so this one's has to be the last.
/// </summary>
internal static class UnknownRoute
{
    private static readonly Route[] Routes =
    [
        .. from type in typeof(UnknownRoute).Assembly.GetTypes()
        where type != typeof(UnknownRoute)
        from method in type.GetMethods()
        from parameter in method.GetParameters()
        let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
        where trigger is not null
        orderby trigger.Route
        select new Route(trigger.Route!, [.. trigger.Methods!.Select(name => name.ToUpperInvariant())]),
    ];

    [Function("UnknownRoute")]
    public static IActionResult Answer(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/{*rest}")] HttpRequest request
    )
    {
        string[] allowed = [.. Routes.Where(route => route.Matches(request.Path)).SelectMany(route => route.Methods)];
        if (allowed is [])
        {
            throw new InvalidRequestException(
                $"There is no '{request.Path.Value}'. There are: {string.Join("; ", Routes.Select(route => route.ToString()))}.",
                HttpStatusCode.NotFound
            );
        }

        request.HttpContext.Response.Headers.Allow = string.Join(", ", allowed);
        throw new InvalidRequestException(
            $"{request.Method} is not possible at '{request.Path.Value}'; {string.Join(" or ", allowed)} was expected.",
            HttpStatusCode.MethodNotAllowed
        );
    }

    private sealed record Route(string Template, string[] Methods)
    {
        private readonly TemplateMatcher _matcher = new(TemplateParser.Parse(Template), []);

        public bool Matches(PathString path) => _matcher.TryMatch(path, []);

        public override string ToString() =>
            $"{string.Join(", ", Methods)} /{Template.Replace("{*", "{", StringComparison.Ordinal)}";
    }
}
