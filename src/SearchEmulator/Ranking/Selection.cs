namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary>Which fields a document shows: <c>$select</c>, and nothing that is not retrievable.</summary>
internal sealed class Selection
{
    private readonly HashSet<string>? _paths;

    private Selection(HashSet<string>? paths) => _paths = paths;

    /// <exception cref="ServiceException">400 on unknown or hidden fields.</exception>
    public static Selection Parse(string? select, IndexSchema schema)
    {
        if (string.IsNullOrWhiteSpace(select))
            return new Selection(null);
        var names = select.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Contains("*", StringComparer.Ordinal))
            return new Selection(null);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var field =
                schema.Find(name)
                ?? throw Invalid($"Could not find a property named '{name}' on type 'search.document'.");
            if (!field.Retrievable)
                throw Invalid(
                    $"'{name}' is not a retrievable field. Only retrievable fields can be used in select expressions."
                );
            // A sub-field shows its parents, a complex field all its sub-fields.
            for (var end = name.IndexOf('/', StringComparison.Ordinal); end > 0; end = name.IndexOf('/', end + 1))
                paths.Add(name[..end]);
            AddAll(field, paths);
        }
        return new Selection(paths);
    }

    public bool Includes(Field field) => field.Retrievable && (_paths is null || _paths.Contains(field.Path));

    private static void AddAll(Field field, HashSet<string> paths)
    {
        paths.Add(field.Path);
        foreach (var inner in field.Fields)
            AddAll(inner, paths);
    }

    private static ServiceException Invalid(string message) => ServiceException.InvalidExpression(message, "$select");
}
