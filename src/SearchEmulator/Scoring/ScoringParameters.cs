using System.Globalization;
using System.Text;

namespace EmbeddingFunctions.SearchEmulator.Scoring;

/// <summary>The parameters <c>name-value,value,…</c> of a search, for the functions of its scoring profile.</summary>
internal sealed class ScoringParameters
{
    private readonly Dictionary<string, string> _byName;

    private ScoringParameters(Dictionary<string, string> byName) => _byName = byName;

    /// <exception cref="ServiceException">400 on a parameter without a name.</exception>
    public static ScoringParameters Parse(IReadOnlyList<string> parameters)
    {
        var byName = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in parameters)
        {
            var dash = parameter.IndexOf('-', StringComparison.Ordinal);
            if (dash <= 0)
                throw Invalid("A scoring parameter must have the form 'name-value'.");
            byName[parameter[..dash]] = parameter[(dash + 1)..];
        }
        return new ScoringParameters(byName);
    }

    /// <summary><c>longitude,latitude</c>.</summary>
    public GeoPoint Point(string name)
    {
        var parts = Find(name).Split(',');
        return
            parts.Length == 2
            && Number(parts[0]) is >= -180 and <= 180 and var longitude
            && Number(parts[1]) is >= -90 and <= 90 and var latitude
            ? new GeoPoint(longitude, latitude)
            : throw Invalid($"The scoring parameter '{name}' must be 'longitude,latitude'.");
    }

    /// <summary>Values between commas; one in single quotes may hold commas, and quotes doubled.</summary>
    public IReadOnlySet<string> Tags(string name)
    {
        var text = Find(name);
        var tags = new HashSet<string>(StringComparer.Ordinal);
        var tag = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && !isQuoted))
            {
                if (tag.Length > 0)
                    tags.Add(tag.ToString().Trim());
                tag.Clear();
            }
            else if (text[i] == '\'' && isQuoted && i + 1 < text.Length && text[i + 1] == '\'')
                tag.Append(text[i++]);
            else if (text[i] == '\'' && (isQuoted || tag.Length == 0))
                isQuoted = !isQuoted;
            else
                tag.Append(text[i]);
        }
        return tags;
    }

    private string Find(string name) =>
        _byName.TryGetValue(name, out var value)
            ? value
            : throw Invalid($"The scoring parameter '{name}' of the scoring profile is missing in the request.");

    private static double Number(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    private static ServiceException Invalid(string message) =>
        ServiceException.InvalidParameter("InvalidScoringParameter", message, "scoringParameters");
}
