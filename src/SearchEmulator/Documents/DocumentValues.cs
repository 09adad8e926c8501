namespace EmbeddingFunctions.SearchEmulator.Documents;

internal static class DocumentValues
{
    public static readonly object[] Empty = [];

    /// <summary>Replaces what was not named by null, or by an empty collection, at every level.</summary>
    public static ComplexValue Complete(ComplexValue document, IReadOnlyList<Field> fields)
    {
        var values = new object?[fields.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Complete(i < document.Values.Length ? document.Values[i] : null, fields[i]);
        return new ComplexValue(values);
    }

    /// <summary>
    /// Merges as the service does: what was not named stays, null overwrites, a complex value merges member by member,
    /// and a collection is replaced whole.
    /// </summary>
    public static ComplexValue Merge(ComplexValue stored, ComplexValue change, IReadOnlyList<Field> fields)
    {
        var values = new object?[fields.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (stored.Values[i], change.Values[i]) switch
            {
                (var old, var value) when ReferenceEquals(value, ComplexValue.Absent) => old,
                (ComplexValue old, ComplexValue value) => Merge(old, value, fields[i].Fields),
                (_, var value) => Complete(value, fields[i]),
            };
        }
        return new ComplexValue(values);
    }

    /// <summary>Complex values in collections, at every level.</summary>
    public static int CountInCollections(ComplexValue document, IReadOnlyList<Field> fields) =>
        fields.Sum(field =>
            document.Values.ElementAtOrDefault(field.Position) switch
            {
                ComplexValue complex => CountInCollections(complex, field.Fields),
                object[] items when field.Kind == FieldKind.Complex => items.Sum(item =>
                    1 + CountInCollections((ComplexValue)item, field.Fields)
                ),
                _ => 0,
            }
        );

    private static object? Complete(object? value, Field field) =>
        value switch
        {
            null when field.IsCollection => Empty,
            ComplexValue complex => Complete(complex, field.Fields),
            object[] items when field.Kind == FieldKind.Complex => Array.ConvertAll(
                items,
                item => (object)Complete((ComplexValue)item, field.Fields)
            ),
            _ when !ReferenceEquals(value, ComplexValue.Absent) => value,
            _ => field.IsCollection ? Empty : null,
        };

    /// <summary>Every value of <paramref name="field"/> below a document, or below an element of <paramref name="outer"/>; nulls left out.</summary>
    public static IEnumerable<object> All(ComplexValue value, Field field, IndexSchema schema, Field? outer = null)
    {
        var level = outer?.Fields ?? schema.Fields;
        IEnumerable<object> found = [value];
        foreach (var name in field.Path[(outer is null ? 0 : outer.Path.Length + 1)..].Split('/'))
        {
            var child = level.First(f => f.Name == name);
            level = child.Fields;
            found = found.SelectMany(v => Items(((ComplexValue)v).Values.ElementAtOrDefault(child.Position)));
        }
        return found;
    }

    private static object[] Items(object? value) =>
        value switch
        {
            null => [],
            object[] items => items,
            _ => [value],
        };
}
