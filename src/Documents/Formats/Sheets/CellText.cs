using System.Globalization;
using ExcelNumberFormat;

namespace EmbeddingFunctions.Documents.Formats.Sheets;

/// <summary>Values of cells as their sheet shows them, but for dates: those are ISO 8601, whatever the format. Used by one thread.</summary>
internal sealed class CellText
{
    // Days from 1899-12-30, which serial numbers count from, to 1904-01-01.
    private const int DaysTo1904 = 1462;
    private const double LastDay = 2_958_466;

    private readonly Dictionary<string, NumberFormat> _formats = new(StringComparer.Ordinal);

    /// <summary>The text of a number.</summary>
    /// <param name="value">The number; a date is days.</param>
    /// <param name="format">A number format such as <c>0.0%</c>; null for none.</param>
    /// <param name="is1904">Whether days are counted from 1904-01-01.</param>
    public string Of(double value, string? format, bool is1904 = false) =>
        Format(format) switch
        {
            { IsDateTimeFormat: true } when value is >= 0 and < LastDay - DaysTo1904 => Of(Moment(value, is1904)),
            { IsTimeSpanFormat: true } spans when Math.Abs(value) < LastDay => spans.Format(
                TimeSpan.FromDays(value),
                CultureInfo.InvariantCulture
            ),
            { IsDateTimeFormat: false, IsTimeSpanFormat: false } numbers => numbers.Format(
                value,
                CultureInfo.InvariantCulture
            ),
            // Fifteen digits are what Excel computes with.
            _ => value.ToString("G15", CultureInfo.InvariantCulture),
        };

    /// <summary>The text of a moment; without a date where there is only a time of day.</summary>
    public static string Of(DateTime moment) =>
        moment switch
        {
            { Year: < 1900 } => moment.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
            _ when moment == moment.Date => moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            _ => moment.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        };

    private static DateTime Moment(double days, bool is1904) =>
        // The calendar of 1900 has a 29 February that never was: earlier days are one short.
        DateTime.FromOADate(
            is1904 ? days + DaysTo1904
            : days is >= 1 and < 60 ? days + 1
            : days
        )
            is var moment
            ? new DateTime(
                (moment.Ticks + (TimeSpan.TicksPerSecond / 2)) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond
            )
            : default;

    private NumberFormat? Format(string? format)
    {
        // Excel writes no longer ones.
        if (format is null or { Length: > 255 } || format.Equals("General", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (!_formats.TryGetValue(format, out var parsed))
        {
            parsed = _formats[format] = new NumberFormat(format);
        }

        return parsed.IsValid ? parsed : null;
    }
}
