using System.Text.Json.Nodes;
using System.Xml;

namespace EmbeddingFunctions.SearchEmulator.Scoring;

/// <summary>
/// One function of a scoring profile. It says for a row how near to the best value it is (1) or how near to the end of the boosted range
/// (0); beyond it, or without a value, it adds nothing.
/// </summary>
internal static class ScoringFunction
{
    /// <summary>(boost - 1) · t for a row.</summary>
    public static Func<int, double> Bind(
        JsonObject function,
        Snapshot snapshot,
        ScoringParameters parameters,
        DateTimeOffset now
    )
    {
        var path = (string)function["fieldName"]!;
        var type = (string)function["type"]!;
        var field = snapshot.Schema.Find(path);
        if (field is null || !CanUse(type, field))
            throw ServiceException.InvalidParameter(
                "InvalidScoringProfile",
                $"The scoring function '{type}' cannot use the field '{path}'.",
                "scoringProfile"
            );
        var column = snapshot.Table.Values(field);
        Func<object?, double?> distance = type switch
        {
            "magnitude" => Magnitude(Part(function, type)),
            "freshness" => Freshness(Part(function, type), now),
            "distance" => Distance(Part(function, type), parameters),
            _ => Tag(Part(function, type), parameters),
        };
        var shape = Shape((string?)function["interpolation"] ?? "linear");
        var gain = ((double?)function["boost"] ?? 1) - 1;
        return row => distance(column.Value(row)) is { } x ? gain * shape(x) : 0;
    }

    /// <summary>Whether a function of that type can read the field.</summary>
    public static bool CanUse(string type, Field field) =>
        field is { HasColumn: true, Filterable: true }
        && (type, field.Kind) switch
        {
            ("magnitude", FieldKind.Int32 or FieldKind.Int64 or FieldKind.Double) => !field.IsCollection,
            ("freshness", FieldKind.Date) => !field.IsCollection,
            ("distance", FieldKind.Point) => !field.IsCollection,
            ("tag", FieldKind.String) => true,
            _ => false,
        };

    // From 1 at the best value (x = 0) down to 0 at the end of the range (x = 1): quadratic falls late, logarithmic early.
    private static Func<double, double> Shape(string interpolation) =>
        interpolation switch
        {
            "constant" => _ => 1,
            "quadratic" => x => 1 - x * x,
            "logarithmic" => x => 1 - Math.Log2(1 + x),
            _ => x => 1 - x,
        };

    private static Func<object?, double?> Magnitude(JsonObject part)
    {
        var (start, end) = ((double)Member(part, "boostingRangeStart"), (double)Member(part, "boostingRangeEnd"));
        var isConstantBeyond = (bool?)part["constantBoostBeyondRange"] ?? false;
        return value =>
            value is null ? null
            : (FilterTypes.Real(value) - start) / (end - start) is var place && place < 0 ? null
            : place <= 1 ? 1 - place
            : isConstantBeyond ? 0
            : null;
    }

    private static Func<object?, double?> Freshness(JsonObject part, DateTimeOffset now)
    {
        // Negative for dates to come.
        var duration = XmlConvert.ToTimeSpan((string)Member(part, "boostingDuration")!);
        return value => value is DateTimeOffset date ? Within((now - date) / duration) : null;
    }

    private static Func<object?, double?> Distance(JsonObject part, ScoringParameters parameters)
    {
        var point = parameters.Point((string)Member(part, "referencePointParameter")!);
        var radius = (double)Member(part, "boostingDistance");
        return value => value is GeoPoint place ? Within(Geography.Distance(place, point) / radius) : null;
    }

    private static Func<object?, double?> Tag(JsonObject part, ScoringParameters parameters)
    {
        var tags = parameters.Tags((string)Member(part, "tagsParameter")!);
        return value =>
        {
            var shared = value switch
            {
                string text => tags.Contains(text) ? 1 : 0,
                object[] items => items.Distinct().Count(i => tags.Contains((string)i)),
                _ => 0,
            };
            return shared == 0 ? null : 1 - (double)shared / tags.Count;
        };
    }

    private static JsonNode Member(JsonObject part, string name) =>
        part[name]
        ?? throw ServiceException.InvalidParameter(
            "InvalidScoringProfile",
            $"A scoring function has no '{name}'.",
            "scoringProfile"
        );

    private static double? Within(double x) => x is >= 0 and <= 1 ? x : null;

    private static JsonObject Part(JsonObject function, string type) =>
        function[type] as JsonObject
        ?? throw ServiceException.InvalidParameter(
            "InvalidScoringProfile",
            $"A scoring function of type '{type}' has no '{type}' object.",
            "scoringProfile"
        );
}
