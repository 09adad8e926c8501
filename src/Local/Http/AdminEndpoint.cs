using System.Text.Json;
using EmbeddingFunctions.Local.Triggers;
using EmbeddingFunctions.Local.Worker;

namespace EmbeddingFunctions.Local.Http;

/// <summary>
/// `POST /admin/functions/NAME` with `{"input": ...}` runs a timer or queue function by hand, as the Functions host's
/// does. JSON only and under a loopback name only, so that no web page can call it.
/// </summary>
internal static class AdminEndpoint
{
    private sealed record Body(JsonElement Input);

    public static void Map(WebApplication app, TriggerBridge bridge) =>
        app.MapPost(
            "/admin/functions/{name}",
            async (string name, HttpContext context) =>
                context.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]"
                    ? await RunAsync(name, context, bridge)
                    : Results.NotFound()
        );

    private static async Task<IResult> RunAsync(string name, HttpContext context, TriggerBridge bridge)
    {
        if (bridge.Find(name) is not { Trigger.Kind: TriggerKind.Timer or TriggerKind.Queue } function)
        {
            return Results.Problem($"There is no timer or queue function {name}.", statusCode: 404);
        }
        if (!context.Request.HasJsonContentType())
        {
            return Results.Problem("Expected a JSON body, for example {}.", statusCode: 415);
        }
        Body? body;
        try
        {
            body = await context.Request.ReadFromJsonAsync<Body>(context.RequestAborted);
        }
        catch (JsonException)
        {
            return Results.Problem("Expected a JSON object {\"input\": ...}.", statusCode: 400);
        }
        try
        {
            await bridge.RunByHandAsync(function, body?.Input ?? default, context.RequestAborted);
            return Results.Accepted();
        }
        catch (WorkerException e)
        {
            return Results.Problem($"{name} failed: {e.Message}", statusCode: 500);
        }
    }
}
