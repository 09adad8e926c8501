namespace EmbeddingFunctions.SearchEmulator.Facets;

/// <summary>Counts the documents of an answer by the values of a field. A document counts once for a value; null counts nowhere.</summary>
internal static class FacetCounter
{
    /// <summary>
    /// Values as the facet sorts them, equal counts by value; intervals ascending, without the empty ones; ranges in order, all of them.
    /// </summary>
    public static IReadOnlyList<FacetBucket> Count(
        Facet facet,
        Snapshot snapshot,
        RowSet matched,
        CancellationToken cancellationToken
    )
    {
        var values = Values(facet.Field, snapshot);
        if (facet.Bounds.Length > 0)
            return Ranges(facet, values, matched, cancellationToken);
        var isInterval = facet.Interval is not null || facet.DateInterval is not null;
        var counts = Tally(
            matched,
            row => isInterval ? values(row).Select(v => Floor(v, facet)) : values(row),
            cancellationToken
        );
        var buckets = counts.Select(c => new FacetBucket(c.Value, Value: c.Key));
        return isInterval
            ? [.. buckets.OrderBy(b => b.Value, ValueOrder)]
            : [.. Sorted(buckets, facet.Sort).Take(facet.Count)];
    }

    private static Dictionary<object, int> Tally(
        RowSet matched,
        Func<int, IEnumerable<object>> values,
        CancellationToken cancellationToken
    )
    {
        var counts = new Dictionary<object, int>();
        for (var row = matched.Next(0); row >= 0; row = matched.Next(row + 1))
        {
            if ((row & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            foreach (var value in values(row).Distinct())
                counts[value] = counts.GetValueOrDefault(value) + 1;
        }
        return counts;
    }

    // Below the first bound, between two, from the last one on: the lower bound belongs to a range.
    private static FacetBucket[] Ranges(
        Facet facet,
        Func<int, IEnumerable<object>> values,
        RowSet matched,
        CancellationToken cancellationToken
    )
    {
        var bounds = facet.Bounds;
        var counts = Tally(
            matched,
            row => values(row).Select(v => (object)bounds.Count(b => ValueOrder.Compare(b, v) <= 0)),
            cancellationToken
        );
        return
        [
            .. Enumerable
                .Range(0, bounds.Length + 1)
                .Select(i => new FacetBucket(
                    counts.GetValueOrDefault(i),
                    From: i > 0 ? bounds[i - 1] : null,
                    To: i < bounds.Length ? bounds[i] : null
                )),
        ];
    }

    private static IEnumerable<FacetBucket> Sorted(IEnumerable<FacetBucket> buckets, FacetSort sort) =>
        sort switch
        {
            FacetSort.CountDescending => buckets.OrderByDescending(b => b.Count).ThenBy(b => b.Value, ValueOrder),
            FacetSort.CountAscending => buckets.OrderBy(b => b.Count).ThenBy(b => b.Value, ValueOrder),
            FacetSort.ValueAscending => buckets.OrderBy(b => b.Value, ValueOrder),
            _ => buckets.OrderByDescending(b => b.Value, ValueOrder),
        };

    private static object Floor(object value, Facet facet) =>
        value switch
        {
            long number => Floor(number, (long)facet.Interval!.Value),
            double number => Math.Floor(number / facet.Interval!.Value) * facet.Interval.Value,
            DateTimeOffset date => Moved(Floor(Moved(date, facet.Offset), facet.DateInterval!), -facet.Offset),
            _ => throw new InvalidOperationException($"No intervals of {value.GetType()}."),
        };

    // Where an interval begins below the least value, the least value stands for its beginning.
    private static long Floor(long number, long interval)
    {
        var above = number % interval;
        if (above < 0)
            above += interval;
        return number >= long.MinValue + above ? number - above : long.MinValue;
    }

    private static DateTimeOffset Moved(DateTimeOffset date, TimeSpan by) =>
        new(
            Math.Clamp(date.UtcTicks + by.Ticks, DateTimeOffset.MinValue.UtcTicks, DateTimeOffset.MaxValue.UtcTicks),
            TimeSpan.Zero
        );

    private static DateTimeOffset Floor(DateTimeOffset local, string interval) =>
        interval switch
        {
            "minute" => new(local.Year, local.Month, local.Day, local.Hour, local.Minute, 0, TimeSpan.Zero),
            "hour" => new(local.Year, local.Month, local.Day, local.Hour, 0, 0, TimeSpan.Zero),
            "day" => new(local.Year, local.Month, local.Day, 0, 0, 0, TimeSpan.Zero),
            // Weeks begin on Monday, as ISO 8601 has it.
            "week" => Floor(local, "day").AddDays(-(((int)local.DayOfWeek + 6) % 7)),
            "month" => new(local.Year, local.Month, 1, 0, 0, 0, TimeSpan.Zero),
            "quarter" => new(local.Year, (local.Month - 1) / 3 * 3 + 1, 1, 0, 0, 0, TimeSpan.Zero),
            _ => new(local.Year, 1, 1, 0, 0, 0, TimeSpan.Zero),
        };

    // A field inside a complex collection is read from the column of that collection.
    private static Func<int, IEnumerable<object>> Values(Field field, Snapshot snapshot)
    {
        if (!field.InsideCollection)
        {
            var column = snapshot.Table.Values(field);
            return row =>
                column.Value(row) switch
                {
                    null => [],
                    object[] items => items,
                    var value => [value],
                };
        }
        var outer = snapshot.Schema.AllFields.First(f =>
            f is { Kind: FieldKind.Complex, IsCollection: true, InsideCollection: false }
            && field.Path.StartsWith(f.Path + "/", StringComparison.Ordinal)
        );
        var elements = (CollectionColumn)snapshot.Table.Values(outer);
        return row => elements[row].SelectMany(e => DocumentValues.All((ComplexValue)e, field, snapshot.Schema, outer));
    }

    private static readonly Comparer<object?> ValueOrder = Comparer<object?>.Create(
        (a, b) =>
            a is string text && b is string other
                ? string.CompareOrdinal(text, other)
                : System.Collections.Comparer.DefaultInvariant.Compare(a, b)
    );
}

/// <summary>A value with its count, or a range: <see cref="From"/> inclusive, <see cref="To"/> exclusive, null without bound.</summary>
internal sealed record FacetBucket(int Count, object? Value = null, object? From = null, object? To = null);
