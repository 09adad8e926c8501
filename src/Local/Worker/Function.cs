using System.Text.Json;
using EmbeddingFunctions.Local.Worker.Protocol;

namespace EmbeddingFunctions.Local.Worker;

/// <summary>A function as the worker described it.</summary>
internal sealed record Function(RpcFunctionMetadata Metadata, Trigger Trigger)
{
    public string Name => Metadata.Name;

    public string Id => Metadata.FunctionId;

    /// <exception cref="LocalException">It has no trigger, or one that Local does not know.</exception>
    public static Function From(RpcFunctionMetadata metadata)
    {
        var bindings = metadata.RawBindings.Select(raw => JsonSerializer.Deserialize<JsonElement>(raw));
        var trigger = bindings.FirstOrDefault(binding =>
            Trigger.Text(binding, "type") is { } type && type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase)
        );
        return trigger.ValueKind == JsonValueKind.Undefined
            ? throw new LocalException($"Function {metadata.Name} has no trigger.")
            : new Function(metadata, Trigger.From(metadata.Name, trigger));
    }
}

internal enum TriggerKind
{
    Http,
    Queue,
    Blob,
    Timer,
}

/// <summary>The trigger's binding; `Raw` has the properties that only its kind knows.</summary>
internal sealed record Trigger(string Parameter, TriggerKind Kind, JsonElement Raw)
{
    /// <summary>Name of the setting that holds the connection string.</summary>
    public string Connection => Text(Raw, "connection") is { Length: > 0 } name ? name : "AzureWebJobsStorage";

    /// <summary>The worker reads the blob or message itself; it is given a reference.</summary>
    public bool Deferred =>
        Raw.TryGetProperty("properties", out var properties)
        && string.Equals(Text(properties, "supportsDeferredBinding"), "True", StringComparison.OrdinalIgnoreCase);

    public string this[string property] =>
        Text(Raw, property) ?? throw new LocalException($"Trigger {Parameter} ({Kind}) has no {property}.");

    public static Trigger From(string function, JsonElement raw) =>
        new(Text(raw, "name") ?? "", Parse(function, Text(raw, "type")), raw);

    public static string? Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) ? value.ToString() : null;

    private static TriggerKind Parse(string function, string? type) =>
        type?.ToUpperInvariant() switch
        {
            "HTTPTRIGGER" => TriggerKind.Http,
            "QUEUETRIGGER" => TriggerKind.Queue,
            "BLOBTRIGGER" => TriggerKind.Blob,
            "TIMERTRIGGER" => TriggerKind.Timer,
            _ => throw new LocalException(
                $"Function {function} has a {type}; Local knows HTTP, queue, blob and timer triggers."
            ),
        };
}
