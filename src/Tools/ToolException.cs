namespace EmbeddingFunctions.Tools;

/// <summary>What the caller gave cannot be used. The message is one sentence for the caller.</summary>
internal sealed class ToolException(string message, Exception? innerException = null)
    : Exception(message, innerException);
