namespace EmbeddingFunctions.Functions.Configuration;

internal static class ExceptionExtensions
{
    /// <summary>Azure's clients gather every try that failed; the last one is the news.</summary>
    public static Exception Last(this Exception exception) =>
        exception is AggregateException { InnerExceptions: [.., var last] } ? last.Last() : exception;

    /// <summary>Azure's clients write headers and bodies below the first line of a message.</summary>
    public static string FirstLine(this Exception exception) => exception.Message.Split('\n', 2)[0].Trim();
}
