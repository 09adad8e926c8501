namespace EmbeddingFunctions.Embeddings;

internal static class OptionRange
{
    /// <param name="option">Its name.</param>
    /// <param name="value">Null is always right.</param>
    /// <param name="least">Allowed.</param>
    /// <param name="most">Allowed.</param>
    /// <param name="subject">What the range is of, with its verb.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in the range.</exception>
    public static void Check(string option, int? value, int least, int most, string subject = "expected")
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(
                nameof(value),
                value,
                $"{option} is {value}; {subject} {least} to {most}"
            );
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The value is neither null nor letters, digits and _.</exception>
    public static void CheckName(string option, string? value)
    {
        if (value is "" || value?.All(x => char.IsAsciiLetterOrDigit(x) || x is '_') == false)
        {
            throw new ArgumentOutOfRangeException(
                nameof(value),
                value,
                $"{option} is '{value}'; expected letters, digits and _"
            );
        }
    }
}
