namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>
/// What the body of a lambda over simple values may look like: only what the service can answer from its inverted index.
/// Strings: <c>any</c> an <c>or</c> of eq and search.in, <c>all</c> an <c>and</c> of ne and negated search.in. Numbers and dates: <c>any</c>
/// an <c>or</c> of <c>and</c>, <c>all</c> an <c>and</c> of <c>or</c>. Points: <c>any</c> an <c>or</c> of near, <c>all</c> an <c>and</c> of far.
/// </summary>
internal sealed class LambdaForm(Field field, bool isAll)
{
    private const string HowTo =
        "For 'any', please use expressions of the form 'x eq y' or 'search.in(...)'. For 'all', please use expressions of the form 'x ne y', 'not (x eq y)', or 'not search.in(...)'.";

    /// <exception cref="ServiceException">400 in the words of the service.</exception>
    public void Check(FilterNode body)
    {
        switch (field.Kind)
        {
            case FieldKind.String:
                CheckString(body, isNegated: false);
                break;
            case FieldKind.Point:
                CheckPoint(body, isNegated: false);
                break;
            case FieldKind.Boolean or FieldKind.Complex:
                break;
            default:
                CheckNormalForm(body, isNegated: false, isInner: false);
                break;
        }
    }

    private void CheckString(FilterNode node, bool isNegated)
    {
        switch (node)
        {
            case FilterNode.Or or FilterNode.And when IsOuter(node, isNegated):
                foreach (var operand in Operands(node))
                    CheckString(operand, isNegated);
                return;
            case FilterNode.Not negation:
                CheckString(negation.Operand, !isNegated);
                return;
            case FilterNode.Compare { Operator: Comparison.Eq } or FilterNode.SearchIn when isAll == isNegated:
            case FilterNode.Compare { Operator: Comparison.Ne } when isAll != isNegated:
            case FilterNode.Literal:
                return;
            case FilterNode.Compare { Operator: Comparison.Eq or Comparison.Ne } or FilterNode.SearchIn:
                throw Invalid(
                    $"Found a test for equality or inequality where the opposite was expected in a lambda expression that iterates over a field of type '{field.TypeName}'. {HowTo}"
                );
            case FilterNode.Compare:
                throw Invalid(
                    $"Found a comparison operator (one of 'lt', 'le', 'gt', or 'ge'). Only equality operators are allowed in lambda expressions that iterate over fields of type '{field.TypeName}'. For 'any', please use expressions of the form 'x eq y'. For 'all', please use expressions of the form 'x ne y' or 'not (x eq y)'."
                );
            default:
                throw Invalid(
                    $"Complex Boolean expressions are not supported in lambda expressions that iterate over fields of type '{field.TypeName}'. For 'any', please join subexpressions with 'or'; 'and' is not supported. For 'all', please join subexpressions with 'and'; 'or' is not supported."
                );
        }
    }

    private void CheckPoint(FilterNode node, bool isNegated)
    {
        switch (node)
        {
            case FilterNode.Or or FilterNode.And when IsOuter(node, isNegated):
                foreach (var operand in Operands(node))
                    CheckPoint(operand, isNegated);
                return;
            case FilterNode.Or or FilterNode.And:
                throw Invalid(
                    $"Complex Boolean expressions are not supported in lambda expressions that iterate over fields of type '{field.TypeName}'. For 'any', please join subexpressions with 'or'; 'and' is not supported. For 'all', please join subexpressions with 'and'; 'or' is not supported."
                );
            case FilterNode.Not negation:
                CheckPoint(negation.Operand, !isNegated);
                return;
            case FilterNode.Compare compare
                when (compare.Left, compare.Right) is (FilterNode.Distance, _) or (_, FilterNode.Distance):
                var isNear = FilterTypes.FieldFirst(compare).Operator is Comparison.Lt or Comparison.Le;
                if (isNear == (isAll == isNegated))
                    return;
                throw Invalid(
                    $"Found an unsupported use of geo.distance() or geo.intersects() in a lambda expression that iterates over a field of type '{field.TypeName}'. For 'any', make sure you compare geo.distance() using the 'lt' or 'le' operators and make sure that any usage of geo.intersects() is not negated. For 'all', make sure you compare geo.distance() using the 'gt' or 'ge' operators and make sure that any usage of geo.intersects() is negated."
                );
        }
    }

    private void CheckNormalForm(FilterNode node, bool isNegated, bool isInner)
    {
        switch (node)
        {
            case FilterNode.Not negation:
                CheckNormalForm(negation.Operand, !isNegated, isInner);
                return;
            case FilterNode.Or or FilterNode.And:
                var isOuter = IsOuter(node, isNegated);
                if (isInner && isOuter)
                    throw Invalid(
                        "Found an unsupported form of complex Boolean expression. For 'any', please use expressions that are 'ORs of ANDs', also known as Disjunctive Normal Form. For example: '(a and b) or (c and d)' where a, b, c, and d are comparison or equality subexpressions. For 'all', please use expressions that are 'ANDs of ORs', also known as Conjunctive Normal Form. For example: '(a or b) and (c or d)' where a, b, c, and d are comparison or inequality subexpressions. Examples of comparison expressions: 'x gt 5', 'x le 2'. Example of an equality expression: 'x eq 5'. Example of an inequality expression: 'x ne 5'."
                    );
                foreach (var operand in Operands(node))
                    CheckNormalForm(operand, isNegated, !isOuter);
                return;
        }
    }

    // "or" in any and "and" in all; a negation turns one into the other.
    private bool IsOuter(FilterNode node, bool isNegated) => node is FilterNode.Or == (isAll == isNegated);

    private static IReadOnlyList<FilterNode> Operands(FilterNode node) =>
        node is FilterNode.Or any ? any.Operands : ((FilterNode.And)node).Operands;

    private static ServiceException Invalid(string message) =>
        ServiceException.InvalidExpression($"Invalid lambda expression. {message}", "$filter");
}
