namespace EmbeddingFunctions.Local;

/// <summary>An expected failure: its message is the one sentence that the user reads, and the exit code is 1.</summary>
public sealed class LocalException(string message, Exception? inner = null) : Exception(message, inner);
