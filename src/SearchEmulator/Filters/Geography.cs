using System.Globalization;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>Points on the earth as filters, orders and scoring functions use them.</summary>
internal static partial class Geography
{
    // The mean radius of the earth (IUGG) in kilometres.
    private const double EarthRadius = 6371.0087714;

    /// <summary>Kilometres along the great circle (haversine).</summary>
    public static double Distance(GeoPoint from, GeoPoint to)
    {
        var (latitude, otherLatitude) = (double.DegreesToRadians(from.Latitude), double.DegreesToRadians(to.Latitude));
        var across = Math.Sin((otherLatitude - latitude) / 2);
        var along = Math.Sin(double.DegreesToRadians(to.Longitude - from.Longitude) / 2);
        var haversine = across * across + Math.Cos(latitude) * Math.Cos(otherLatitude) * along * along;
        return 2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(haversine)));
    }

    /// <summary><c>POINT(longitude latitude)</c>; null for anything else.</summary>
    public static GeoPoint? Point(string text)
    {
        var match = PointText().Match(text);
        return
            match.Success
            && double.TryParse(match.Groups["x"].ValueSpan, CultureInfo.InvariantCulture, out var longitude)
            && double.TryParse(match.Groups["y"].ValueSpan, CultureInfo.InvariantCulture, out var latitude)
            && longitude is >= -180 and <= 180
            && latitude is >= -90 and <= 90
            ? new GeoPoint(longitude, latitude)
            : null;
    }

    [GeneratedRegex(
        @"^\s*(SRID=4326;)?\s*POINT\s*\(\s*(?<x>[-+0-9.eE]+)\s+(?<y>[-+0-9.eE]+)\s*\)\s*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex PointText();
}
