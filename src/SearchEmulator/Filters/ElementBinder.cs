namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>The body of <c>any</c> or <c>all</c> as a test of one element: a simple value, or a complex one with its sub-fields.</summary>
internal sealed class ElementBinder(IndexSchema schema, Field field, FilterNode.Lambda lambda)
{
    /// <exception cref="ServiceException">400 on what the body may not say.</exception>
    public Func<object, bool> Bind()
    {
        new LambdaForm(field, lambda.IsAll).Check(lambda.Body!);
        return Bind(lambda.Body!);
    }

    /// <summary><c>any</c> or <c>all</c> over the elements that <paramref name="lambda"/> goes through.</summary>
    public static Func<object[], bool> Over(IndexSchema schema, Field field, FilterNode.Lambda lambda)
    {
        if (!field.IsCollection)
            throw Invalid(
                $"'{(lambda.IsAll ? "all" : "any")}' needs a collection, but '{field.Path}' is '{field.TypeName}'."
            );
        if (field.Kind != FieldKind.Complex)
            FilterBinder.CheckFilterable(field);
        if (lambda is { Body: null, IsAll: true })
            throw Invalid($"'{field.Path}/all()' has no lambda expression; only 'any()' can do without one.");
        if (lambda.Body is null)
            return items => items.Length > 0;
        var test = new ElementBinder(schema, field, lambda).Bind();
        return lambda.IsAll
            ? items => Array.TrueForAll(items, item => test(item))
            : items => Array.Exists(items, item => test(item));
    }

    private Func<object, bool> Bind(FilterNode node)
    {
        switch (node)
        {
            case FilterNode.And all:
                return FilterTypes.All([.. all.Operands.Select(Bind)]);
            case FilterNode.Or any:
                return FilterTypes.Any([.. any.Operands.Select(Bind)]);
            case FilterNode.Not negation:
                CheckNegatable(negation);
                var negated = Bind(negation.Operand);
                return item => !negated(item);
            case FilterNode.Literal { Value: bool value }:
                return _ => value;
            case FilterNode.Reference reference:
                var flag = Value(reference);
                return flag.Field is { Kind: FieldKind.Boolean, IsCollection: false }
                    ? item => flag.Read(item) is true
                    : throw NotBoolean();
            case FilterNode.Compare compare:
                return Compare(compare);
            case FilterNode.SearchIn searchIn:
                return SearchIn(searchIn);
            case FilterNode.Lambda inner:
                var (path, collection) = Resolve(inner.Path);
                var test = ElementBinder.Over(schema, collection, inner);
                return item => test(path(item) as object[] ?? DocumentValues.Empty);
            case FilterNode.IsMatch match:
                throw Invalid(
                    $"The function '{(match.IsScoring ? "ismatchscoring" : "ismatch")}' has no parameters bound to the range variable '{lambda.Variable}'. Only bound field references are supported inside of lambda expressions ('any' or 'all'). However, you can change your filter so that the function is outside the lambda expression and try again."
                );
            default:
                throw NotBoolean();
        }
    }

    private void CheckNegatable(FilterNode.Not negation)
    {
        if (negation.Operand is FilterNode.Reference reference)
            FilterTypes.CheckNegatable(Resolve(reference.Path).Field);
    }

    private Func<object, bool> Compare(FilterNode.Compare compare)
    {
        if (compare.Left is FilterNode.Not negation)
            CheckNegatable(negation);
        var (comparison, operand, literal) = FilterTypes.FieldFirst(compare);
        if (operand is FilterNode.Distance distance)
        {
            var (readPoint, place) = Value(distance.Target) is var (f, r) ? (r, f) : default;
            var near = FilterTypes.DistanceTest(distance, Element(place), comparison, literal);
            return item => near(readPoint(item) as GeoPoint?);
        }
        var (target, read) = Value((FilterNode.Reference)operand);
        var element = Element(target);
        FilterTypes.Check(element.IsCollection ? element.TypeName : null, element, comparison, literal, compare);
        var test = FilterTypes.ValueTest(target, comparison, literal);
        return item => test(read(item));
    }

    private Func<object, bool> SearchIn(FilterNode.SearchIn searchIn)
    {
        if (searchIn.Target is not FilterNode.Reference reference)
            throw Invalid("The first argument of 'search.in' must be a field or range variable.");
        var (target, read) = Value(reference);
        FilterTypes.CheckSearchIn(Element(target));
        var texts = FilterTypes.Split(searchIn).ToHashSet(StringComparer.Ordinal);
        return item => read(item) is string text && texts.Contains(text);
    }

    private (Field Field, Func<object, object?> Read) Value(FilterNode.Reference reference)
    {
        var (read, target) = Resolve(reference.Path);
        if (target.Kind == FieldKind.Complex)
            throw Invalid(
                $"'{target.Path}' is a complex field. Only its sub-fields can be used in filter expressions."
            );
        FilterBinder.CheckFilterable(target);
        return (target, read);
    }

    // The range variable over a simple collection stands for one of its values.
    private Field Element(Field target) =>
        ReferenceEquals(target, field) ? target with { IsCollection = false } : target;

    private (Func<object, object?> Read, Field Field) Resolve(string path)
    {
        if (path == lambda.Variable)
            return (item => item, field);
        if (!path.StartsWith(lambda.Variable + "/", StringComparison.Ordinal))
            throw Invalid(
                $"The reference '{path}' is not bound to the range variable '{lambda.Variable}'. Only bound field references are supported inside of lambda expressions ('any' or 'all')."
            );
        var target = field;
        var positions = new List<int>();
        foreach (var name in path.Split('/').Skip(1))
        {
            if (positions.Count > 0 && target.IsCollection)
                throw FilterTypes.NotSingle(name);
            target =
                schema.Find($"{target.Path}/{name}")
                ?? throw Invalid($"Could not find a property named '{name}' on type 'search.complex.{target.Name}'.");
            positions.Add(target.Position);
        }
        return (item => Descend(item, positions), target);
    }

    private static object? Descend(object? value, List<int> positions)
    {
        foreach (var position in positions)
            value = (value as ComplexValue)?.Values.ElementAtOrDefault(position);
        return value;
    }

    private static ServiceException NotBoolean() =>
        Invalid("The $filter expression must evaluate to a single boolean value.");

    private static ServiceException Invalid(string message) => ServiceException.InvalidExpression(message, "$filter");
}
