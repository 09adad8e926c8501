namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>Which operands go together, and what a comparison says about an order or a null.</summary>
internal static class FilterTypes
{
    private static readonly char[] DefaultDelimiters = [' ', ','];

    // Loops, not lambdas over the tests: those would be allocated for every element.
    public static Func<object, bool> All(Func<object, bool>[] tests) =>
        value =>
        {
            foreach (var test in tests)
            {
                if (!test(value))
                    return false;
            }
            return true;
        };

    public static Func<object, bool> Any(Func<object, bool>[] tests) =>
        value =>
        {
            foreach (var test in tests)
            {
                if (test(value))
                    return true;
            }
            return false;
        };

    /// <summary>The comparison with the field (or distance) on the left.</summary>
    public static (Comparison Operator, FilterNode Operand, object? Literal) FieldFirst(FilterNode.Compare compare) =>
        (compare.Left, compare.Right) switch
        {
            (FilterNode.Reference or FilterNode.Distance, FilterNode.Literal literal) => (
                compare.Operator,
                compare.Left,
                literal.Value
            ),
            (FilterNode.Literal literal, FilterNode.Reference or FilterNode.Distance) => (
                Mirrored(compare.Operator),
                compare.Right,
                literal.Value
            ),
            _ => throw Invalid(
                "Comparison must be between a field, range variable or function call and a literal value."
            ),
        };

    /// <summary>A test of one value, null included, against a literal that <see cref="Check"/> let through.</summary>
    public static Func<object?, bool> ValueTest(Field field, Comparison comparison, object? literal) =>
        (field.Kind, literal) switch
        {
            (_, null) => NullTest(comparison) switch
            {
                true => value => value is null,
                false => value => value is not null,
                null => _ => false,
            },
            (FieldKind.String, string text) => value =>
                Test(comparison, value is string found ? string.CompareOrdinal(found, text) : null),
            (FieldKind.Date, DateTimeOffset date) => value =>
                Test(comparison, value is DateTimeOffset found ? found.CompareTo(date) : null),
            (FieldKind.Boolean, bool flag) => value =>
                Test(comparison, value is bool found ? found.CompareTo(flag) : null),
            (not FieldKind.Double, long number) => value =>
                Test(comparison, value is long found ? found.CompareTo(number) : null),
            _ => value => Test(comparison, value is null ? null : Order(Real(value), Real(literal))),
        };

    /// <summary>A test of the distance between a point and that of <paramref name="distance"/>; no point passes no test.</summary>
    /// <exception cref="ServiceException">400 when it is not a distance in kilometres that is compared, or for equality.</exception>
    public static Func<GeoPoint?, bool> DistanceTest(
        FilterNode.Distance distance,
        Field field,
        Comparison comparison,
        object? literal
    )
    {
        CheckPoint(field);
        if (comparison is Comparison.Eq or Comparison.Ne || literal is not (long or double))
            throw Invalid(
                "The function 'geo.distance' can only be compared to a number with 'lt', 'le', 'gt' or 'ge'."
            );
        var kilometres = Real(literal);
        var to = distance.Point;
        return point => point is { } from && Test(comparison, Order(Geography.Distance(from, to), kilometres));
    }

    public static void CheckPoint(Field field)
    {
        if (field.Kind != FieldKind.Point || field.IsCollection)
            throw Invalid(
                $"No function signature for the function with name 'geo.distance' matches the specified arguments. Found '{field.TypeName}', expected 'Edm.GeographyPoint'."
            );
    }

    /// <exception cref="ServiceException">400 when the literal cannot be compared with the field.</exception>
    public static void Check(
        string? collectionType,
        Field field,
        Comparison comparison,
        object? literal,
        FilterNode.Compare compare
    )
    {
        var fits = (field.Kind, literal) switch
        {
            _ when collectionType is not null => false,
            (FieldKind.Point, null) => comparison is Comparison.Eq or Comparison.Ne,
            (FieldKind.Complex, _) => false,
            (_, null) => true,
            (FieldKind.String, string) or (FieldKind.Date, DateTimeOffset) => true,
            (FieldKind.Boolean, bool) => comparison is Comparison.Eq or Comparison.Ne,
            (FieldKind.Int32 or FieldKind.Int64 or FieldKind.Double, long or double) => true,
            _ => false,
        };
        if (fits)
            return;
        var (fieldType, literalType) = (collectionType ?? field.ElementTypeName, NameOf(literal));
        var isFieldLeft = compare.Left is FilterNode.Reference;
        throw Invalid(
            $"A binary operator with incompatible types was detected. Found operand types '{(isFieldLeft ? fieldType : literalType)}' and '{(isFieldLeft ? literalType : fieldType)}' for operator kind '{KindName(compare.Operator)}'."
        );
    }

    /// <exception cref="ServiceException">400 when <c>not</c> stands before something that is no Boolean.</exception>
    public static void CheckNegatable(Field field)
    {
        if (field.Kind != FieldKind.Boolean || field.IsCollection)
            throw NotNegatable(field.TypeName);
    }

    public static ServiceException NotNegatable(string type) =>
        Invalid(
            $"A unary operator with an incompatible type was detected. Found operand type '{type}' for operator kind 'Not'."
        );

    public static void CheckSearchIn(Field field)
    {
        if (field.Kind != FieldKind.String || field.IsCollection)
            throw Invalid(
                $"No function signature for the function with name 'search.in' matches the specified arguments. Found '{field.TypeName}', expected 'Edm.String'."
            );
    }

    public static ServiceException NotSingle(string property) =>
        Invalid(
            $"The parent value for a property access of a property '{property}' is not a single value. Property access can only be applied to a single value."
        );

    public static string NameOf(object? literal) =>
        literal switch
        {
            string => "Edm.String",
            bool => "Edm.Boolean",
            long and >= int.MinValue and <= int.MaxValue => "Edm.Int32",
            long => "Edm.Int64",
            double => "Edm.Double",
            DateTimeOffset => "Edm.DateTimeOffset",
            GeoPoint => "Edm.GeographyPoint",
            _ => "<null>",
        };

    /// <summary>True: is null; false: is not null; null: never (an order with null).</summary>
    public static bool? NullTest(Comparison comparison) =>
        comparison switch
        {
            Comparison.Eq => true,
            Comparison.Ne => false,
            _ => null,
        };

    /// <summary>An order of null means that there is none: a null value or NaN, which only <c>ne</c> accepts.</summary>
    public static bool Test(Comparison comparison, int? order) =>
        comparison switch
        {
            Comparison.Eq => order == 0,
            Comparison.Ne => order != 0,
            Comparison.Gt => order > 0,
            Comparison.Ge => order >= 0,
            Comparison.Lt => order < 0,
            _ => order <= 0,
        };

    public static int? Order(double left, double right) =>
        double.IsNaN(left) || double.IsNaN(right) ? null : left.CompareTo(right);

    /// <summary>A long or double as double.</summary>
    public static double Real(object number) => number is long integer ? integer : (double)number;

    public static string[] Split(FilterNode.SearchIn searchIn) =>
        searchIn.Values.Split(
            searchIn.Delimiters is { } delimiters ? delimiters.ToCharArray() : DefaultDelimiters,
            StringSplitOptions.RemoveEmptyEntries
        );

    private static Comparison Mirrored(Comparison comparison) =>
        comparison switch
        {
            Comparison.Gt => Comparison.Lt,
            Comparison.Ge => Comparison.Le,
            Comparison.Lt => Comparison.Gt,
            Comparison.Le => Comparison.Ge,
            _ => comparison,
        };

    private static string KindName(Comparison comparison) =>
        comparison switch
        {
            Comparison.Eq => "Equal",
            Comparison.Ne => "NotEqual",
            Comparison.Gt => "GreaterThan",
            Comparison.Ge => "GreaterThanOrEqual",
            Comparison.Lt => "LessThan",
            _ => "LessThanOrEqual",
        };

    private static ServiceException Invalid(string message) => ServiceException.InvalidExpression(message, "$filter");
}
