namespace EmbeddingFunctions.Local.Triggers;

/// <summary>
/// Base of the type that <see cref="FunctionTypeEmitter"/> emits; public because emitted code lives in another assembly.
/// </summary>
public abstract class TriggerTarget(TriggerTarget.Invoke invoke)
{
    /// <summary>Hands a message or blob to the worker.</summary>
    public delegate Task Invoke(
        string function,
        object? data,
        IReadOnlyDictionary<string, object?> metadata,
        CancellationToken cancellationToken
    );

    /// <summary>Called by each emitted method.</summary>
    protected Task RunAsync(
        string function,
        object? data,
        Microsoft.Azure.WebJobs.Binder binder,
        CancellationToken cancellationToken
    ) => invoke(function, data, binder.BindingData!, cancellationToken);
}
