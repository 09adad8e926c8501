using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Documents;

/// <summary>Numbers as the service prints them: whole doubles keep a fraction, and what JSON cannot say is a string.</summary>
internal static class JsonNumbers
{
    public static string Text(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
    }

    public static JsonNode? Node(double? value) => value is { } number ? JsonNode.Parse(Text(number)) : null;

    public static void WriteDouble(this Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
            writer.WriteRawValue(Text(value), skipInputValidation: true);
        else
            writer.WriteStringValue(
                double.IsNaN(value) ? "NaN"
                : value > 0 ? "INF"
                : "-INF"
            );
    }

    /// <summary>A score is always a JSON number: a NaN that a ranking formula let through must not spoil the whole answer.</summary>
    public static void WriteScore(this Utf8JsonWriter writer, float score, bool expanded)
    {
        if (!float.IsFinite(score))
            score = 0;
        if (expanded || score == MathF.Truncate(score))
            writer.WriteDouble(score);
        else
            writer.WriteNumberValue(score);
    }
}
