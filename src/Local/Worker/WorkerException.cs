namespace EmbeddingFunctions.Local.Worker;

/// <summary>The worker answered that something failed, or went before it could answer.</summary>
internal sealed class WorkerException(string message) : Exception(message);
