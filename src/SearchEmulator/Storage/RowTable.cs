using System.Collections.Frozen;

namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>
/// What searches read of every document, in memory and derived from the store: columns and vectors by row. Rows are in the order of
/// their ords. Appended by one thread; readers keep below the row count of their snapshot.
/// </summary>
internal sealed class RowTable
{
    private readonly SegmentedList<long> _ords;
    private readonly FrozenDictionary<string, Column> _columns;
    private readonly FrozenDictionary<string, VectorColumn> _vectors;
    private readonly (Field Field, Column Column)[] _columnFields;

    private RowTable(
        IndexSchema schema,
        SegmentedList<long> ords,
        FrozenDictionary<string, Column> columns,
        FrozenDictionary<string, VectorColumn> vectors
    )
    {
        (Schema, _ords, _columns, _vectors) = (schema, ords, columns, vectors);
        _columnFields = [.. schema.AllFields.Where(f => columns.ContainsKey(f.Path)).Select(f => (f, columns[f.Path]))];
    }

    public IndexSchema Schema { get; }

    public int Count => _ords.Count;

    public long VectorBytes => _vectors.Values.Sum(v => v.Bytes);

    public static RowTable Empty(IndexSchema schema) =>
        new RowTable(
            schema,
            new SegmentedList<long>(),
            FrozenDictionary<string, Column>.Empty,
            FrozenDictionary<string, VectorColumn>.Empty
        ).With(schema);

    /// <summary>The same rows for a schema with more fields; the new ones are null everywhere.</summary>
    public RowTable With(IndexSchema schema)
    {
        var columns = schema
            .AllFields.Where(f => f.HasColumn)
            .ToFrozenDictionary(
                f => f.Path,
                f => _columns.GetValueOrDefault(f.Path) ?? Filled(Column.For(f)),
                StringComparer.Ordinal
            );
        var vectors = schema.VectorFields.ToFrozenDictionary(
            f => f.Path,
            f => _vectors.GetValueOrDefault(f.Path) ?? Filled(new VectorColumn(f.Dimensions, f.Metric)),
            StringComparer.Ordinal
        );
        return new RowTable(schema, _ords, columns, vectors);
    }

    /// <param name="ord">Above all before.</param>
    /// <param name="document">For the columns.</param>
    /// <param name="vectorOf">Empty where the document has none.</param>
    public void Append(long ord, ComplexValue document, VectorOf vectorOf)
    {
        foreach (var (field, column) in _columnFields)
            column.Append(Column.Extract(document, field, Schema));
        foreach (var field in Schema.VectorFields)
            _vectors[field.Path].Append(vectorOf(field));
        _ords.Add(ord);
    }

    /// <summary>A table of the given rows alone: what updates and deletions left behind is given back.</summary>
    public RowTable Compact(RowSet live)
    {
        var compact = Empty(Schema);
        for (var row = live.Next(0); row >= 0; row = live.Next(row + 1))
        {
            foreach (var (field, column) in _columnFields)
                compact._columns[field.Path].Append(column.Value(row));
            foreach (var (path, vectors) in _vectors)
                compact._vectors[path].Append(vectors[row]);
            compact._ords.Add(_ords[row]);
        }
        return compact;
    }

    public long Ord(int row) => _ords[row];

    public Column Values(Field field) => _columns[field.Path];

    public VectorColumn Vectors(Field field) => _vectors[field.Path];

    /// <summary>The row of an ord among the first <paramref name="count"/> rows, or -1.</summary>
    public int RowOf(long ord, int count)
    {
        if (count == 0 || ord < _ords[0])
            return -1;
        // Ords rise, and most often by one: the distance to the first is the row itself, or lies behind it.
        var high = (int)Math.Min(ord - _ords[0], count - 1);
        if (_ords[high] == ord)
            return high;
        var low = 0;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            switch (_ords[middle].CompareTo(ord))
            {
                case 0:
                    return middle;
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }
        return -1;
    }

    private Column Filled(Column column)
    {
        for (var row = 0; row < Count; row++)
            column.Append(null);
        return column;
    }

    private VectorColumn Filled(VectorColumn column)
    {
        for (var row = 0; row < Count; row++)
            column.Append([]);
        return column;
    }
}

internal delegate ReadOnlySpan<float> VectorOf(Field field);
