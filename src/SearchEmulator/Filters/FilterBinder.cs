namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>Checks a parsed filter against a schema and turns it into a test of rows.</summary>
/// <param name="snapshot">Whose rows are tested.</param>
/// <param name="matches">The rows of a text query; null where the service has no text search in filters.</param>
internal sealed class FilterBinder(Snapshot snapshot, Func<FilterNode.IsMatch, RowSet>? matches)
{
    private const string Parameter = "$filter";

    /// <exception cref="ServiceException">400 on unknown or unfilterable fields and on operands that do not fit.</exception>
    public RowTest Bind(FilterNode node) =>
        node switch
        {
            FilterNode.And all => RowTests.All([.. all.Operands.Select(Bind)]),
            FilterNode.Or any => RowTests.Any([.. any.Operands.Select(Bind)]),
            FilterNode.Not negation => Negated(negation),
            FilterNode.Compare compare => Compare(compare),
            FilterNode.Literal { Value: bool value } => (_, among) => value ? among : 0,
            FilterNode.Reference reference => Flag(reference),
            FilterNode.SearchIn searchIn => SearchIn(searchIn),
            FilterNode.Lambda lambda => Lambda(lambda),
            FilterNode.IsMatch match => IsMatch(match),
            _ => throw Invalid("The $filter expression must evaluate to a single boolean value."),
        };

    private RowTest Negated(FilterNode.Not negation)
    {
        CheckNegatable(negation);
        return RowTests.Not(Bind(negation.Operand));
    }

    private void CheckNegatable(FilterNode.Not negation)
    {
        switch (negation.Operand)
        {
            case FilterNode.Reference reference:
                FilterTypes.CheckNegatable(Resolve(reference.Path));
                break;
            case FilterNode.Literal { Value: not bool } literal:
                throw FilterTypes.NotNegatable(FilterTypes.NameOf(literal.Value));
        }
    }

    private RowTest Flag(FilterNode.Reference reference)
    {
        var field = Filterable(reference.Path);
        if (field.Kind != FieldKind.Boolean || field.IsCollection)
            throw Invalid("The $filter expression must evaluate to a single boolean value.");
        var column = (ScalarColumn<bool>)snapshot.Table.Values(field);
        return RowTests.Compares(column, Comparison.Eq, true);
    }

    private RowTest Compare(FilterNode.Compare compare)
    {
        if (compare.Left is FilterNode.Not negation)
            CheckNegatable(negation);
        var (comparison, operand, literal) = FilterTypes.FieldFirst(compare);
        if (operand is FilterNode.Distance distance)
        {
            var place = Filterable(distance.Target.Path);
            var near = FilterTypes.DistanceTest(distance, place, comparison, literal);
            var points = (PointColumn)snapshot.Table.Values(place);
            return RowTests.Each(row => near(points[row]));
        }
        var field = Filterable(((FilterNode.Reference)operand).Path);
        FilterTypes.Check(field.IsCollection ? field.TypeName : null, field, comparison, literal, compare);
        return (snapshot.Table.Values(field), literal) switch
        {
            (var column, null) => FilterTypes.NullTest(comparison) switch
            {
                true => RowTests.Each(row => column.Value(row) is null),
                false => RowTests.Each(row => column.Value(row) is not null),
                null => (_, _) => 0,
            },
            (StringColumn column, string text) => Texts(column, comparison, text),
            (ScalarColumn<bool> column, bool value) => RowTests.Compares(column, comparison, value),
            (ScalarColumn<DateTimeOffset> column, DateTimeOffset value) => RowTests.Compares(column, comparison, value),
            (ScalarColumn<long> column, long value) => RowTests.Compares(column, comparison, value),
            (ScalarColumn<long> column, double value) => RowTests.Each(row =>
                FilterTypes.Test(comparison, column[row] is { } v ? FilterTypes.Order((double)v, value) : null)
            ),
            (ScalarColumn<double> column, var value) => Reals(column, comparison, FilterTypes.Real(value)),
            _ => throw new InvalidOperationException($"No comparison of '{field.TypeName}' with {literal?.GetType()}."),
        };
    }

    private static RowTest Texts(StringColumn column, Comparison comparison, string text)
    {
        var code = column.CodeOf(text) ?? int.MinValue;
        return comparison switch
        {
            Comparison.Eq => RowTests.Equals(column, code),
            Comparison.Ne => RowTests.Not(RowTests.Equals(column, code)),
            _ => RowTests.Each(row =>
                FilterTypes.Test(comparison, column.Text(row) is { } t ? string.CompareOrdinal(t, text) : null)
            ),
        };
    }

    private static RowTest Reals(ScalarColumn<double> column, Comparison comparison, double value) =>
        RowTests.Each(row => FilterTypes.Test(comparison, column[row] is { } v ? FilterTypes.Order(v, value) : null));

    private RowTest SearchIn(FilterNode.SearchIn searchIn)
    {
        if (searchIn.Target is not FilterNode.Reference reference)
            throw Invalid("The first argument of 'search.in' must be a field or range variable.");
        var field = Filterable(reference.Path);
        FilterTypes.CheckSearchIn(field);
        var column = (StringColumn)snapshot.Table.Values(field);
        var codes = new HashSet<int>();
        foreach (var value in FilterTypes.Split(searchIn))
        {
            if (column.CodeOf(value) is { } code)
                codes.Add(code);
        }
        return RowTests.Each(row => codes.Contains(column.Code(row)));
    }

    private RowTest Lambda(FilterNode.Lambda lambda)
    {
        var field = Resolve(lambda.Path);
        if (field.InsideCollection)
            throw FilterTypes.NotSingle(field.Name);
        var test = ElementBinder.Over(snapshot.Schema, field, lambda);
        var column = (CollectionColumn)snapshot.Table.Values(field);
        return RowTests.Each(row => test(column[row]));
    }

    private RowTest IsMatch(FilterNode.IsMatch match)
    {
        if (matches is null)
            throw Invalid("The functions 'search.ismatch' and 'search.ismatchscoring' are allowed in searches only.");
        var found = matches(match);
        return (word, among) => found.Word(word) & among;
    }

    private Field Resolve(string path) =>
        snapshot.Schema.Find(path)
        ?? throw Invalid($"Could not find a property named '{path}' on type 'search.document'.");

    private Field Filterable(string path)
    {
        var field = Resolve(path);
        if (field.InsideCollection)
            throw FilterTypes.NotSingle(field.Name);
        if (field.Kind is FieldKind.Complex)
            throw Invalid($"'{path}' is a complex field. Only its sub-fields can be used in filter expressions.");
        CheckFilterable(field);
        return field;
    }

    public static void CheckFilterable(Field field)
    {
        if (!field.Filterable)
            throw Invalid(
                $"'{field.Path}' is not a filterable field. Only filterable fields can be used in filter expressions."
            );
    }

    private static ServiceException Invalid(string message) => ServiceException.InvalidExpression(message, Parameter);
}
