using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.SearchEmulator.Facets;

/// <summary>One facet of a search: the values of a field, or intervals, or ranges between given values.</summary>
internal sealed partial record Facet
{
    private const int DefaultCount = 10;
    private const int MostValues = 1000;

    private static readonly string[] DateIntervals = ["minute", "hour", "day", "week", "month", "quarter", "year"];

    public required Field Field { get; init; }

    /// <summary>The most values to return.</summary>
    public int Count { get; init; } = DefaultCount;
    public FacetSort Sort { get; init; } = FacetSort.CountDescending;
    public double? Interval { get; init; }
    public string? DateInterval { get; init; }
    public TimeSpan Offset { get; init; }

    /// <summary>Bounds of ranges, ascending: long, double or DateTimeOffset.</summary>
    public ImmutableArray<object> Bounds { get; init; } = [];

    /// <summary><c>field,name:value,…</c></summary>
    /// <exception cref="ServiceException">400 with what is wrong.</exception>
    public static Facet Parse(string text, IndexSchema schema)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var field = schema.Find(parts[0]) ?? throw Invalid($"Unknown field '{parts[0]}' in facet '{Short(text)}'.");
        if (!field.Facetable)
            throw Invalid($"The field '{parts[0]}' in facet '{Short(text)}' is not facetable.");
        var facet = new Facet { Field = field };
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in parts.Skip(1))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !given.Add(part[..colon]))
                throw Invalid($"'{Short(part)}' in facet '{Short(text)}' is not one more 'name:value'.");
            facet = facet.With(part[..colon], part[(colon + 1)..]);
        }
        if (
            given.Overlaps(["interval", "values"]) && given.Overlaps(["sort", "count"])
            || given.IsSupersetOf(["interval", "values"])
        )
            throw Invalid(
                $"'interval' and 'values' in facet '{Short(text)}' go with each other, 'count' and 'sort' with neither."
            );
        return given.Contains("timeoffset") && facet.DateInterval is null
            ? throw Invalid($"'timeoffset' in facet '{Short(text)}' needs an 'interval' of dates.")
            : facet;
    }

    private Facet With(string name, string value) =>
        name switch
        {
            "count" => this with
            {
                // 0 means all of them.
                Count = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                    ? count == 0
                        ? int.MaxValue
                        : count
                    : throw Wrong(name, value, "a whole number"),
            },
            "sort" => this with
            {
                Sort = value switch
                {
                    "count" => FacetSort.CountDescending,
                    "-count" => FacetSort.CountAscending,
                    "value" => FacetSort.ValueAscending,
                    "-value" => FacetSort.ValueDescending,
                    _ => throw Wrong(name, value, "count, -count, value or -value"),
                },
            },
            "interval" => Field.Kind switch
            {
                FieldKind.Date => this with
                {
                    DateInterval = DateIntervals.Contains(value, StringComparer.Ordinal)
                        ? value
                        : throw Wrong(name, value, string.Join(", ", DateIntervals)),
                },
                FieldKind.Int32 or FieldKind.Int64 or FieldKind.Double => this with { Interval = IntervalOf(value) },
                _ => throw Wrong(name, value, "an interval of a number or date"),
            },
            "timeoffset" => this with { Offset = OffsetOf(value) },
            "values" => this with { Bounds = BoundsOf(value) },
            _ => throw Invalid(
                $"The facet parameter '{Short(name)}' is none of count, sort, values, interval, timeoffset."
            ),
        };

    private double IntervalOf(string value) =>
        double.TryParse(value, CultureInfo.InvariantCulture, out var interval)
        && double.IsFinite(interval)
        && interval > 0
        && (Field.Kind == FieldKind.Double || interval == Math.Truncate(interval))
            ? interval
            : throw Wrong("interval", value, "a number above 0, whole for a whole field");

    private static TimeSpan OffsetOf(string value)
    {
        var match = OffsetText().Match(value);
        if (!match.Success)
            throw Wrong("timeoffset", value, "[+-]hh:mm, [+-]hhmm or [+-]hh");
        var hours = int.Parse(match.Groups["h"].ValueSpan, CultureInfo.InvariantCulture);
        var minutes = match.Groups["m"].Success
            ? int.Parse(match.Groups["m"].ValueSpan, CultureInfo.InvariantCulture)
            : 0;
        var offset = new TimeSpan(hours, minutes, 0);
        return value[0] == '-' ? -offset : offset;
    }

    private ImmutableArray<object> BoundsOf(string value)
    {
        if (Field.Kind is not (FieldKind.Int32 or FieldKind.Int64 or FieldKind.Double or FieldKind.Date))
            throw Wrong("values", value, "given for a number or date");
        var bounds = value.Split('|').Select(Bound).ToImmutableArray();
        if (bounds.Length > MostValues)
            throw Invalid($"A facet has {bounds.Length} values; {MostValues} are allowed.");
        for (var i = 1; i < bounds.Length; i++)
        {
            if (Comparer<object>.Default.Compare(bounds[i - 1], bounds[i]) >= 0)
                throw Wrong("values", value, "ascending");
        }
        return bounds;
    }

    private object Bound(string text) =>
        Field.Kind switch
        {
            FieldKind.Date => DocumentReader.Date(text) ?? throw Wrong("values", text, "dates with an offset"),
            FieldKind.Double => double.TryParse(text, CultureInfo.InvariantCulture, out var real)
            && double.IsFinite(real)
                ? real
                : throw Wrong("values", text, "numbers"),
            _ => long.TryParse(text, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Wrong("values", text, "whole numbers"),
        };

    private static ServiceException Wrong(string name, string value, string expected) =>
        Invalid($"The facet parameter '{name}:{Short(value)}' is wrong: {expected} expected.");

    private static ServiceException Invalid(string message) =>
        ServiceException.InvalidParameter("InvalidFacet", message, "facets");

    private static string Short(string text) => text.Length <= 64 ? text : text[..64] + "…";

    [GeneratedRegex(@"^[+-](?<h>[0-9]{2})(:?(?<m>[0-5][0-9]))?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OffsetText();
}

internal enum FacetSort
{
    CountDescending,
    CountAscending,
    ValueAscending,
    ValueDescending,
}
