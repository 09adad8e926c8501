using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace EmbeddingFunctions.Functions.Http;

/// <summary>The query string of a request: each parameter known, each value in its range.</summary>
internal sealed class Query
{
    /// <summary>What Azure's front end takes in the query string.</summary>
    private const string FunctionKey = "code";

    private readonly IQueryCollection _values;

    /// <exception cref="InvalidRequestException">There is a parameter that is not among the known ones.</exception>
    public Query(HttpRequest request, params string[] known)
    {
        _values = request.Query;
        var unknown = _values.Keys.FirstOrDefault(key =>
            key != FunctionKey && !known.Contains(key, StringComparer.OrdinalIgnoreCase)
        );
        if (unknown is not null)
        {
            throw new InvalidRequestException(
                $"Parameter '{unknown}' is not known; known are: {string.Join(", ", known)}."
            );
        }
    }

    public string? Text(string name) => _values[name] is [{ Length: > 0 } value] ? value : null;

    public int? Number(string name) =>
        Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw new InvalidRequestException($"Parameter '{name}' is '{text}'; a whole number was expected.");

    public T? Choice<T>(string name)
        where T : struct, Enum =>
        Text(name) is not { } text ? null
        : char.IsAsciiLetter(text[0]) && Enum.TryParse<T>(text, ignoreCase: true, out var value) ? value
        : throw new InvalidRequestException(
            $"Parameter '{name}' is '{text}'; one of {string.Join(", ", Enum.GetNames<T>())} was expected."
        );

    public DateTimeOffset? Time(string name) =>
        Text(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
        : throw new InvalidRequestException($"Parameter '{name}' is '{text}'; an ISO 8601 time was expected.");
}
