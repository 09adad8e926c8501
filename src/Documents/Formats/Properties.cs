using System.Globalization;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>What files say of themselves, as a <see cref="Document"/> takes it.</summary>
internal static class Properties
{
    /// <summary>One line; null if it says nothing.</summary>
    public static string? Line(string? text) => BlockList.OneLine(text ?? "") is { Length: > 0 } line ? line : null;

    /// <summary>A moment, in UTC where no zone is said; null if it is none.</summary>
    public static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : null;
}
