namespace EmbeddingFunctions.SearchEmulator.Documents;

/// <summary>
/// A document (or complex value): one value a field, in schema order. Values are null, string, bool, long (both integer types),
/// double, DateTimeOffset (UTC, whole milliseconds), <see cref="GeoPoint"/>, float[], <see cref="ComplexValue"/>,
/// object[] for collections, or <see cref="Absent"/>.
/// </summary>
internal sealed class ComplexValue(object?[] values)
{
    /// <summary>A member that a request did not name: kept by a merge, null in an upload.</summary>
    public static readonly object Absent = new();

    public object?[] Values => values;
}

/// <summary>Degrees on WGS 84.</summary>
internal readonly record struct GeoPoint(double Longitude, double Latitude);
