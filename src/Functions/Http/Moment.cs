using System.Globalization;

namespace EmbeddingFunctions.Functions.Http;

/// <summary>A time of ISO 8601, in UTC where no zone is said; not before 1601, as Azure's tables cannot compare with such a one.</summary>
internal static class Moment
{
    public const string Expected = "a time of ISO 8601 from 1601 on, as 2026-01-31T08:30:00Z,";

    public static DateTimeOffset? Parse(string text) =>
        DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
        && time.UtcDateTime.Year >= 1601
            ? time
            : null;
}
