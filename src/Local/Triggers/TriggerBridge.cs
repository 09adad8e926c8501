using System.Text.Json;
using EmbeddingFunctions.Local.Worker;
using EmbeddingFunctions.Local.Worker.Protocol;
using Google.Protobuf;
using Microsoft.Azure.WebJobs;

namespace EmbeddingFunctions.Local.Triggers;

/// <summary>Turns what a trigger fired with into an invocation of the worker.</summary>
internal sealed class TriggerBridge(WorkerSupervisor worker, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<string, Function> _functions = worker.Functions.ToDictionary(
        function => function.Name,
        StringComparer.OrdinalIgnoreCase
    );

    public Function? Find(string name) => _functions.GetValueOrDefault(name);

    /// <summary>Runs a function to its end.</summary>
    /// <param name="name">The function.</param>
    /// <param name="data">A reference (ParameterBindingData), a string, or JSON (JsonElement).</param>
    /// <param name="metadata">What the trigger knows besides.</param>
    /// <param name="cancellationToken">Cancels the function's own token.</param>
    /// <exception cref="WorkerException">It failed; the trigger's retry and poison rules apply.</exception>
    public async Task InvokeAsync(
        string name,
        object? data,
        IReadOnlyDictionary<string, object?> metadata,
        CancellationToken cancellationToken
    )
    {
        var function = _functions[name];
        var request = new InvocationRequest
        {
            InvocationId = Guid.NewGuid().ToString(),
            FunctionId = function.Id,
            InputData =
            {
                new ParameterBinding { Name = function.Trigger.Parameter, Data = Typed(data) },
            },
        };
        foreach (var (key, value) in metadata)
        {
            // the binding system's own entry, no data
            if (!string.Equals(key, "sys", StringComparison.OrdinalIgnoreCase) && value is not null)
            {
                request.TriggerMetadata[key] = Metadata(value);
            }
        }
        try
        {
            var started = time.GetTimestamp();
            await worker.InvokeAsync(request, cancellationToken);
            var elapsed = time.GetElapsedTime(started);
            Log.FunctionSucceeded(logger, name, elapsed);
        }
        catch (WorkerException e)
        {
            Log.FunctionFailed(logger, name, e.Message);
            throw;
        }
    }

    /// <summary>Runs a timer or queue function with an input of the caller's.</summary>
    /// <inheritdoc cref="InvokeAsync"/>
    public Task RunByHandAsync(Function function, JsonElement input, CancellationToken cancellationToken)
    {
        object? data = function.Trigger.Kind switch
        {
            TriggerKind.Timer => TimerTriggers.TimerInfo(time.GetUtcNow().UtcDateTime, time.GetUtcNow().UtcDateTime),
            _ when function.Trigger.Deferred => QueueReference(Text(input)),
            _ => Text(input),
        };
        return InvokeAsync(
            function.Name,
            data,
            new Dictionary<string, object?>(StringComparer.Ordinal),
            cancellationToken
        );
    }

    private static string Text(JsonElement input) =>
        input.ValueKind switch
        {
            JsonValueKind.String => input.GetString()!,
            JsonValueKind.Undefined => "",
            _ => input.GetRawText(),
        };

    // what the queue extension makes of a message that it received
    private static ParameterBindingData QueueReference(string text) =>
        new(
            "1.0",
            "AzureStorageQueues",
            BinaryData.FromObjectAsJson(
                new
                {
                    MessageId = Guid.NewGuid().ToString(),
                    PopReceipt = "",
                    MessageText = text,
                    DequeueCount = 1,
                }
            ),
            "application/json"
        );

    private static TypedData Typed(object? data) =>
        data switch
        {
            ParameterBindingData reference => new TypedData
            {
                ModelBindingData = new ModelBindingData
                {
                    Version = reference.Version,
                    Source = reference.Source,
                    ContentType = reference.ContentType,
                    Content = ByteString.CopyFrom(reference.Content.ToMemory().Span),
                },
            },
            JsonElement json => new TypedData { Json = json.GetRawText() },
            _ => new TypedData { String = data?.ToString() ?? "" },
        };

    // the worker converts anything but a string from JSON
    private static TypedData Metadata(object value) =>
        value is string text
            ? new TypedData { String = text }
            : new TypedData { Json = JsonSerializer.Serialize(value, value.GetType()) };
}
