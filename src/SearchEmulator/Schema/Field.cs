using System.Collections.Immutable;

namespace EmbeddingFunctions.SearchEmulator.Schema;

/// <summary>One field of an index. <see cref="Path"/> is <c>address/city</c> for a sub-field.</summary>
internal sealed record Field
{
    public required string Name { get; init; }
    public required string Path { get; init; }

    /// <summary>Position among its siblings: the place of its value in a document or complex value.</summary>
    public required int Position { get; init; }
    public required FieldKind Kind { get; init; }

    /// <summary>The Edm name, e.g. <c>Collection(Edm.String)</c>.</summary>
    public required string TypeName { get; init; }
    public bool IsCollection { get; init; }

    /// <summary>True below a collection of complex values: many values a document, so no column.</summary>
    public bool InsideCollection { get; init; }
    public bool Key { get; init; }
    public bool Retrievable { get; init; } = true;
    public bool Searchable { get; init; }
    public bool Filterable { get; init; }
    public bool Sortable { get; init; }
    public bool Facetable { get; init; }
    public string? IndexAnalyzer { get; init; }
    public string? SearchAnalyzer { get; init; }
    public string? SynonymMap { get; init; }
    public int Dimensions { get; init; }
    public VectorMetric Metric { get; init; }
    public ImmutableArray<Field> Fields { get; init; } = [];

    public bool IsText => Searchable && Kind == FieldKind.String;

    /// <summary>Filters, facets and sorting read columns; only fields that may be used so have one. That of a complex collection has its sub-fields.</summary>
    public bool HasColumn =>
        !InsideCollection
        && Kind != FieldKind.Vector
        && (Kind == FieldKind.Complex ? IsCollection : Filterable || Sortable || Facetable);

    /// <summary>The Edm name without <c>Collection(…)</c>, as filter errors print it.</summary>
    public string ElementTypeName => IsCollection ? TypeName["Collection(".Length..^1] : TypeName;

    public static FieldKind? KindOf(string elementTypeName) =>
        elementTypeName switch
        {
            "Edm.String" => FieldKind.String,
            "Edm.Boolean" => FieldKind.Boolean,
            "Edm.Int32" => FieldKind.Int32,
            "Edm.Int64" => FieldKind.Int64,
            "Edm.Double" => FieldKind.Double,
            "Edm.DateTimeOffset" => FieldKind.Date,
            "Edm.GeographyPoint" => FieldKind.Point,
            "Edm.ComplexType" => FieldKind.Complex,
            "Edm.Single" => FieldKind.Vector,
            _ => null,
        };
}

internal enum FieldKind
{
    String,
    Boolean,
    Int32,
    Int64,
    Double,
    Date,
    Point,
    Complex,
    Vector,
}

internal enum VectorMetric
{
    Cosine,
    DotProduct,
    Euclidean,
}
