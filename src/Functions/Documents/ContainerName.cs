using EmbeddingFunctions.Functions.Http;

namespace EmbeddingFunctions.Functions.Documents;

/// <summary>The name of a blob container, by Azure's rules.</summary>
internal static class ContainerName
{
    /// <exception cref="InvalidRequestException">No container can have this name.</exception>
    public static string Checked(string name) =>
        name is "$root" or "$web" || IsOrdinary(name)
            ? name
            : throw new InvalidRequestException(
                $"'{name}' cannot be a container; 3 to 63 of a-z, 0-9 and single hyphens between them were expected."
            );

    private static bool IsOrdinary(string name) =>
        name.Length is >= 3 and <= 63
        && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-')
        && name[0] != '-'
        && name[^1] != '-'
        && !name.Contains("--", StringComparison.Ordinal);
}
