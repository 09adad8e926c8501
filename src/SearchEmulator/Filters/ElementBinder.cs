namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>
/// The body of <c>any</c> or <c>all</c> over a collection of simple values. Strings allow what the service can answer from its
/// inverted index: <c>any</c> an <c>or</c> of eq and search.in, <c>all</c> an <c>and</c> of ne and negated search.in.
/// </summary>
internal sealed class ElementBinder(Field field, FilterNode.Lambda lambda)
{
    public Func<object, bool> Bind()
    {
        if (field.Kind == FieldKind.String)
            CheckForm(lambda.Body!, isNegated: false);
        return Bind(lambda.Body!);
    }

    private Func<object, bool> Bind(FilterNode node)
    {
        switch (node)
        {
            case FilterNode.And all:
                Func<object, bool>[] every = [.. all.Operands.Select(Bind)];
                return item => Array.TrueForAll(every, test => test(item));
            case FilterNode.Or any:
                Func<object, bool>[] some = [.. any.Operands.Select(Bind)];
                return item => Array.Exists(some, test => test(item));
            case FilterNode.Not negation:
                var negated = Bind(negation.Operand);
                return item => !negated(item);
            case FilterNode.Reference reference when field.Kind == FieldKind.Boolean:
                CheckVariable(reference);
                return item => item is true;
            case FilterNode.Literal { Value: bool value }:
                return _ => value;
            case FilterNode.Compare compare:
                return Compare(compare);
            case FilterNode.SearchIn { Target: FilterNode.Reference reference } searchIn
                when field.Kind == FieldKind.String:
                CheckVariable(reference);
                var texts = FilterTypes.Split(searchIn).ToHashSet(StringComparer.Ordinal);
                return item => texts.Contains((string)item);
            default:
                throw Invalid("The expression is not allowed in a lambda expression.");
        }
    }

    private Func<object, bool> Compare(FilterNode.Compare compare)
    {
        var (comparison, reference, literal) = FilterTypes.FieldFirst(compare);
        CheckVariable(reference);
        FilterTypes.Check(null, field, comparison, literal, compare);
        return (field.Kind, literal) switch
        {
            (_, null) => _ => comparison == Comparison.Ne,
            (FieldKind.String, string text) => item =>
                FilterTypes.Test(comparison, string.CompareOrdinal((string)item, text)),
            (FieldKind.Date, DateTimeOffset date) => item =>
                FilterTypes.Test(comparison, ((DateTimeOffset)item).CompareTo(date)),
            (FieldKind.Boolean, bool flag) => item => FilterTypes.Test(comparison, ((bool)item).CompareTo(flag)),
            (not FieldKind.Double, long number) => item => FilterTypes.Test(comparison, ((long)item).CompareTo(number)),
            _ => item =>
                FilterTypes.Test(comparison, FilterTypes.Order(FilterTypes.Real(item), FilterTypes.Real(literal))),
        };
    }

    private void CheckForm(FilterNode node, bool isNegated)
    {
        switch (node)
        {
            case FilterNode.Or any when lambda.IsAll == isNegated:
                foreach (var operand in any.Operands)
                    CheckForm(operand, isNegated);
                return;
            case FilterNode.And all when lambda.IsAll != isNegated:
                foreach (var operand in all.Operands)
                    CheckForm(operand, isNegated);
                return;
            case FilterNode.Not negation:
                CheckForm(negation.Operand, !isNegated);
                return;
            case FilterNode.Compare { Operator: Comparison.Eq } or FilterNode.SearchIn when lambda.IsAll == isNegated:
            case FilterNode.Compare { Operator: Comparison.Ne } when lambda.IsAll != isNegated:
            case FilterNode.Literal:
                return;
            case FilterNode.Compare { Operator: Comparison.Eq or Comparison.Ne } or FilterNode.SearchIn:
                throw Invalid(
                    $"Invalid lambda expression. Found a test for equality or inequality where the opposite was expected in a lambda expression that iterates over a field of type '{field.TypeName}'. For 'any', please use expressions of the form 'x eq y' or 'search.in(...)'. For 'all', please use expressions of the form 'x ne y', 'not (x eq y)', or 'not search.in(...)'."
                );
            default:
                throw Invalid(
                    $"Invalid lambda expression. Found an unsupported expression in a lambda expression that iterates over a field of type '{field.TypeName}'. For 'any', please combine equality tests with 'or'; for 'all', please combine inequality tests with 'and'."
                );
        }
    }

    private void CheckVariable(FilterNode.Reference reference)
    {
        if (reference.Path != lambda.Variable)
            throw Invalid(
                $"Invalid lambda expression. The name '{reference.Path}' is not the range variable '{lambda.Variable}'."
            );
    }

    private static ServiceException Invalid(string message) => ServiceException.InvalidExpression(message, "$filter");
}
