using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>
/// Regular expressions over terms by derivatives (Brzozowski, Derivatives of Regular Expressions, 1964): what may follow after one more
/// character is an expression again. Complement and intersection need no automaton, which could be exponential in the expression;
/// equal expressions are one object and derivatives are remembered, so that most characters cost one look-up. For one language of one
/// pattern. Characters are those of Unicode. Not thread-safe.
/// </summary>
internal sealed class TermLanguage
{
    public const int Unbounded = int.MaxValue;

    private const int LastCharacter = 0x10FFFF;
    private const int MostExpressions = 2000;
    private const int MostDerivatives = 200_000;
    private const int MostSteps = 4_000_000;

    private readonly Dictionary<(Operation, Bounds, string), TermExpression> _expressions = [];

    // Where the characters begin that some set tells from the one before: all characters up to the next such place are as good as that one.
    private readonly SortedSet<int> _boundaries = [0];
    private int[] _classes = [];
    private int _parsed;
    private int _lastId;
    private int _derivatives;
    private int _steps;

    public TermLanguage()
    {
        Nothing = Known(Operation.Any, isNullable: false, []);
        Empty = Known(Operation.All, isNullable: true, []);
        Everything = Known(Operation.Not, isNullable: true, [Nothing]);
        Character = Set([(0, LastCharacter)], isNegated: false);
    }

    /// <summary>Matches no term.</summary>
    public TermExpression Nothing { get; }

    /// <summary>Matches the term without a character.</summary>
    public TermExpression Empty { get; }

    /// <summary>Matches every term.</summary>
    public TermExpression Everything { get; }

    /// <summary>Matches any one character.</summary>
    public TermExpression Character { get; }

    public TermExpression Literal(int character) => Set([(character, character)], isNegated: false);

    public TermExpression Set(ImmutableArray<(int First, int Last)> ranges, bool isNegated)
    {
        foreach (var (first, last) in ranges)
            Distinguish(first, last);
        return Known(Operation.Set, isNullable: false, [], new Bounds(isNegated ? 1 : 0, 0, 0, 0), ranges);
    }

    /// <summary>A decimal number from <paramref name="lowest"/> to <paramref name="highest"/>.</summary>
    /// <param name="lowest">At least 0.</param>
    /// <param name="highest">At least the lowest.</param>
    /// <param name="digits">How many it has, with leading zeros; null for any number of them.</param>
    public TermExpression Number(int lowest, int highest, int? digits)
    {
        for (var digit = '0'; digit <= '9'; digit++)
            Distinguish(digit, digit);
        return Number(new Bounds(lowest, highest, digits ?? -1, Value: -1));
    }

    public TermExpression Concatenate(TermExpression first, TermExpression second) =>
        first == Nothing || second == Nothing ? Nothing
        : first == Empty ? second
        : second == Empty ? first
        : first.Operation == Operation.Concatenation
            ? Concatenate(first.Operands[0], Concatenate(first.Operands[1], second))
        : Known(Operation.Concatenation, first.IsNullable && second.IsNullable, [first, second]);

    public TermExpression Repeat(TermExpression operand, int least, int most)
    {
        if (operand.IsNullable)
            least = 0;
        if (most == 0 || operand == Empty || (operand == Nothing && least == 0))
            return Empty;
        if (operand == Nothing || (least, most) == (1, 1))
            return operand;
        var isStar = (least, most) == (0, Unbounded);
        if (isStar && (operand == Character || operand == Everything))
            return Everything;
        return operand is { Operation: Operation.Repeat, Bounds: { Lowest: 0, Highest: Unbounded } }
            ? operand
            : Known(Operation.Repeat, least == 0, [operand], new Bounds(least, most, 0, 0));
    }

    public TermExpression Union(IEnumerable<TermExpression> operands) =>
        Combine(Operation.Any, operands, neutral: Nothing, absorbing: Everything);

    public TermExpression Intersection(IEnumerable<TermExpression> operands) =>
        Combine(Operation.All, operands, neutral: Everything, absorbing: Nothing);

    public TermExpression Complement(TermExpression operand) =>
        operand == Nothing ? Everything
        : operand.Operation == Operation.Not ? operand.Operands[0]
        : Known(Operation.Not, !operand.IsNullable, [operand]);

    /// <summary>Nothing can be added to the language afterwards.</summary>
    /// <exception cref="ServiceException">400 when matching has taken more steps than any reasonable expression needs for all terms.</exception>
    public bool IsMatch(TermExpression expression, string term)
    {
        if (_parsed == 0)
            (_parsed, _classes) = (_lastId, [.. _boundaries]);
        if (_expressions.Count - _parsed > MostExpressions || _derivatives > MostDerivatives)
            Forget();
        var rest = expression;
        foreach (var rune in term.EnumerateRunes())
        {
            var index = Array.BinarySearch(_classes, rune.Value);
            rest = Derivative(rest, index >= 0 ? index : ~index - 1);
            if (rest == Nothing || rest == Everything)
                break;
        }
        return rest.IsNullable;
    }

    private void Distinguish(int first, int last)
    {
        _boundaries.Add(first);
        _boundaries.Add(last + 1);
    }

    // What was found out while matching is only there to be quick.
    private void Forget()
    {
        foreach (var (key, expression) in _expressions)
        {
            expression.Derivatives = [];
            if (expression.Id > _parsed)
                _expressions.Remove(key);
        }
        _derivatives = 0;
    }

    /// <param name="expression">Before the character.</param>
    /// <param name="index">Of the class of the character.</param>
    private TermExpression Derivative(TermExpression expression, int index)
    {
        if (expression.Derivatives.Length == 0)
        {
            expression.Derivatives = new TermExpression[_classes.Length];
            _derivatives += _classes.Length;
        }
        return expression.Derivatives[index] ??= Derive(expression, index);
    }

    private TermExpression Derive(TermExpression expression, int index)
    {
        if (_steps > MostSteps || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw LuceneRegex.Invalid("is too complex");
        var operands = expression.Operands;
        var bounds = expression.Bounds;
        return expression.Operation switch
        {
            Operation.Set => expression.Contains(_classes[index]) ? Empty : Nothing,
            Operation.Number => AfterDigit(bounds, _classes[index] - '0'),
            Operation.Concatenation => Union([
                Concatenate(Derivative(operands[0], index), operands[1]),
                operands[0].IsNullable ? Derivative(operands[1], index) : Nothing,
            ]),
            Operation.Repeat => Concatenate(
                Derivative(operands[0], index),
                Repeat(
                    operands[0],
                    Math.Max(0, bounds.Lowest - 1),
                    bounds.Highest == Unbounded ? Unbounded : bounds.Highest - 1
                )
            ),
            Operation.Not => Complement(Derivative(operands[0], index)),
            // No operands at all: nothing, or the empty term.
            Operation.Any or Operation.All when operands.IsEmpty => Nothing,
            Operation.Any => Union(operands.Select(o => Derivative(o, index))),
            _ => Intersection(operands.Select(o => Derivative(o, index))),
        };
    }

    private TermExpression AfterDigit(Bounds number, int digit)
    {
        if (digit is < 0 or > 9 || number.Digits == 0)
            return Nothing;
        var value = (Math.Max(number.Value, 0) * 10) + digit;
        return value > number.Highest
            ? Nothing
            : Number(number with { Value = value, Digits = Math.Max(number.Digits - 1, number.Digits < 0 ? -1 : 0) });
    }

    private TermExpression Number(Bounds bounds) =>
        Known(Operation.Number, bounds.Value >= bounds.Lowest && bounds.Digits <= 0, [], bounds);

    // Flat, sorted and without repetition, so that equal sets are one expression.
    private TermExpression Combine(
        Operation operation,
        IEnumerable<TermExpression> operands,
        TermExpression neutral,
        TermExpression absorbing
    )
    {
        var flat = new HashSet<TermExpression>();
        foreach (var operand in operands)
        {
            if (operand.Operation == operation && !operand.Operands.IsEmpty)
                flat.UnionWith(operand.Operands);
            else if (operand != neutral)
                flat.Add(operand);
            _steps += 1 + operand.Operands.Length;
        }
        return flat.Contains(absorbing) ? absorbing
            : flat.Count == 0 ? neutral
            : flat.Count == 1 ? flat.First()
            : Known(
                operation,
                operation == Operation.Any ? flat.Any(o => o.IsNullable) : flat.All(o => o.IsNullable),
                [.. flat.OrderBy(o => o.Id)]
            );
    }

    private TermExpression Known(
        Operation operation,
        bool isNullable,
        ImmutableArray<TermExpression> operands,
        Bounds bounds = default,
        ImmutableArray<(int, int)> ranges = default
    )
    {
        _steps += 1 + operands.Length;
        var parts = ranges.IsDefault ? string.Join(',', operands.Select(o => o.Id)) : string.Join(',', ranges);
        if (_expressions.TryGetValue((operation, bounds, parts), out var known))
            return known;
        var made = new TermExpression(++_lastId, operation, isNullable, operands, bounds, ranges);
        _expressions.Add((operation, bounds, parts), made);
        return made;
    }
}
