using System.Collections.Concurrent;

namespace EmbeddingFunctions.SearchEmulator.Columns;

/// <summary>The values of one field by row, for filters and sorting. Written by one thread, read by many (see <see cref="SegmentedList{T}"/>).</summary>
internal abstract class Column
{
    public abstract void Append(object? value);

    public abstract object? Value(int row);

    /// <summary>Nulls come first.</summary>
    public abstract int Compare(int left, int right);

    public static Column For(Field field) =>
        field switch
        {
            { IsCollection: true } => new CollectionColumn(field),
            { Kind: FieldKind.String } => new StringColumn(),
            { Kind: FieldKind.Boolean } => new ScalarColumn<bool>(),
            { Kind: FieldKind.Double } => new ScalarColumn<double>(),
            { Kind: FieldKind.Date } => new ScalarColumn<DateTimeOffset>(),
            { Kind: FieldKind.Point } => new PointColumn(),
            _ => new ScalarColumn<long>(),
        };

    /// <summary>The value of <paramref name="field"/>; sub-fields of a null complex value are null.</summary>
    public static object? Extract(ComplexValue document, Field field, IndexSchema schema)
    {
        if (!field.Path.Contains('/', StringComparison.Ordinal))
            return document.Values[field.Position];
        var parts = field.Path.Split('/');
        object? value = document;
        IReadOnlyList<Field> level = schema.Fields;
        foreach (var part in parts)
        {
            if (value is not ComplexValue complex)
                return null;
            var child = level.First(f => f.Name == part);
            value = complex.Values[child.Position];
            level = child.Fields;
        }
        return value;
    }
}

internal sealed class ScalarColumn<T> : Column
    where T : struct, IComparable<T>
{
    private readonly SegmentedList<T?> _values = new();

    public T? this[int row] => _values[row];

    /// <inheritdoc cref="SegmentedList{T}.Word"/>
    public ReadOnlySpan<T?> Word(int word) => _values.Word(word);

    public override void Append(object? value) => _values.Add(value is T typed ? typed : null);

    public override object? Value(int row) => _values[row];

    public override int Compare(int left, int right) => Nullable.Compare(_values[left], _values[right]);
}

/// <summary>Equal strings share one code: equality is a comparison of integers, and each text is in memory once.</summary>
internal sealed class StringColumn : Column
{
    public const int Null = -1;

    private readonly SegmentedList<int> _codes = new();
    private readonly SegmentedList<string> _texts = new();
    private readonly ConcurrentDictionary<string, int> _byText = new(StringComparer.Ordinal);

    public int Code(int row) => _codes[row];

    /// <inheritdoc cref="SegmentedList{T}.Word"/>
    public ReadOnlySpan<int> Codes(int word) => _codes.Word(word);

    /// <summary>Null when no row has this text.</summary>
    public int? CodeOf(string text) => _byText.TryGetValue(text, out var code) ? code : null;

    public string? Text(int row) => _codes[row] is var code && code == Null ? null : _texts[code];

    public override void Append(object? value)
    {
        if (value is not string text)
        {
            _codes.Add(Null);
            return;
        }
        if (!_byText.TryGetValue(text, out var code))
        {
            code = _texts.Count;
            _texts.Add(text);
            _byText[text] = code;
        }
        _codes.Add(code);
    }

    public override object? Value(int row) => Text(row);

    public override int Compare(int left, int right) =>
        _codes[left] == _codes[right] ? 0 : string.CompareOrdinal(Text(left), Text(right));
}

internal sealed class PointColumn : Column
{
    private readonly SegmentedList<GeoPoint?> _values = new();

    public GeoPoint? this[int row] => _values[row];

    public override void Append(object? value) => _values.Add(value as GeoPoint?);

    public override object? Value(int row) => _values[row];

    // Points have no order but that of their distance to another.
    public override int Compare(int left, int right) => 0;
}

/// <summary>Elements of complex collections are kept without the sub-fields that neither filters nor facets may read.</summary>
internal sealed class CollectionColumn(Field field) : Column
{
    private readonly SegmentedList<object[]> _values = new();

    public object[] this[int row] => _values[row];

    public override void Append(object? value) =>
        _values.Add(value is object[] { Length: > 0 } items ? Items(items, field) : DocumentValues.Empty);

    public override object? Value(int row) => _values[row];

    // A collection is never sortable.
    public override int Compare(int left, int right) => 0;

    private static object[] Items(object[] items, Field field) =>
        field.Kind == FieldKind.Complex ? Array.ConvertAll(items, i => (object)Needed((ComplexValue)i, field)) : items;

    private static ComplexValue Needed(ComplexValue value, Field field) =>
        new([
            .. field
                .Fields.Where(f => f.Position < value.Values.Length)
                .Select(f =>
                    (f.Kind, value.Values[f.Position]) switch
                    {
                        (FieldKind.Complex, ComplexValue inner) => Needed(inner, f),
                        (FieldKind.Complex, object[] inner) => Items(inner, f),
                        var (_, simple) => f.Filterable || f.Facetable ? simple : null,
                    }
                ),
        ]);
}
