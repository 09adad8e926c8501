using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace EmbeddingFunctions.Functions.Http;

/// <summary>The query string of a request: each parameter known and given once, each value in its range.</summary>
internal sealed class Query
{
    /// <summary>What Azure's front end takes in the query string.</summary>
    private const string FunctionKey = "code";

    private readonly IQueryCollection _values;

    /// <exception cref="InvalidRequestException">There is a parameter that is not among the known ones, or one twice.</exception>
    public Query(HttpRequest request, params string[] known)
    {
        _values = request.Query;
        foreach (var (name, values) in _values)
        {
            if (name != FunctionKey && !known.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                var expected =
                    known is not [] ? $"known are: {string.Join(", ", known)}"
                    : HttpMethods.IsPost(request.Method) ? "all goes into the body"
                    : "this address takes none";
                throw new InvalidRequestException($"Parameter '{name}' is not known; {expected}.");
            }

            if (values.Count > 1)
            {
                throw new InvalidRequestException(
                    $"Parameter '{name}' is given {values.Count} times; once was expected."
                );
            }
        }
    }

    public string? Text(string name) => _values[name] is [{ Length: > 0 } value] ? value : null;

    public int? Number(string name) =>
        Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw new InvalidRequestException(
            $"Parameter '{name}' is '{text}'; a whole number up to {int.MaxValue} was expected."
        );

    public T? Choice<T>(string name)
        where T : struct, Enum =>
        Text(name) is not { } text
            ? null
            : Http.Choice.Parse<T>(text)
                ?? throw new InvalidRequestException(
                    $"Parameter '{name}' is '{text}'; one of {Http.Choice.Words<T>()} was expected."
                );

    public DateTimeOffset? Time(string name) =>
        Text(name) is not { } text ? null
        : Moment.Parse(text) is { } time ? time
        : throw new InvalidRequestException($"Parameter '{name}' is '{text}'; {Moment.Expected} was expected.");
}
