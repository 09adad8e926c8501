using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>
/// Regular expressions over terms by derivatives (Brzozowski, Derivatives of Regular Expressions, 1964): what may follow after one more
/// character is an expression again. Complement and intersection need no automaton, which could be exponential in the expression;
/// equal expressions are one object and derivatives are remembered, so that most characters cost one look-up. Characters are those of
/// Unicode. Not thread-safe.
/// </summary>
internal sealed class TermLanguage
{
    public const int Unbounded = int.MaxValue;

    private const int LastCharacter = 0x10FFFF;
    private const int MostExpressions = 500;
    private const int MostDerivatives = 2000;
    private const int MostForOneTerm = 50_000;

    private readonly Dictionary<(Operation, Bounds, string), Expression> _expressions = [];
    private readonly Dictionary<(int Expression, int Character), Expression> _derivatives = [];
    private int _lastId;

    public TermLanguage()
    {
        Nothing = Known(Operation.Any, isNullable: false, []);
        Empty = Known(Operation.All, isNullable: true, []);
        Everything = Known(Operation.Not, isNullable: true, [Nothing]);
        Character = Set([(0, LastCharacter)], isNegated: false);
    }

    public enum Operation
    {
        Set,
        Number,
        Concatenation,
        Repeat,
        Any,
        All,
        Not,
    }

    /// <summary>Matches no term.</summary>
    public Expression Nothing { get; }

    /// <summary>Matches the term without a character.</summary>
    public Expression Empty { get; }

    /// <summary>Matches every term.</summary>
    public Expression Everything { get; }

    /// <summary>Matches any one character.</summary>
    public Expression Character { get; }

    public Expression Literal(int character) => Set([(character, character)], isNegated: false);

    public Expression Set(ImmutableArray<(int First, int Last)> ranges, bool isNegated) =>
        Known(Operation.Set, isNullable: false, [], new Bounds(isNegated ? 1 : 0, 0, 0, 0), ranges);

    /// <summary>A decimal number from <paramref name="lowest"/> to <paramref name="highest"/>.</summary>
    /// <param name="lowest">At least 0.</param>
    /// <param name="highest">At least the lowest.</param>
    /// <param name="digits">How many it has, with leading zeros; null for any number of them.</param>
    public Expression Number(int lowest, int highest, int? digits) =>
        Number(new Bounds(lowest, highest, digits ?? -1, Value: -1));

    public Expression Concatenate(Expression first, Expression second) =>
        first == Nothing || second == Nothing ? Nothing
        : first == Empty ? second
        : second == Empty ? first
        : first.Operation == Operation.Concatenation
            ? Concatenate(first.Operands[0], Concatenate(first.Operands[1], second))
        : Known(Operation.Concatenation, first.IsNullable && second.IsNullable, [first, second]);

    public Expression Repeat(Expression operand, int least, int most)
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

    public Expression Union(IEnumerable<Expression> operands) =>
        Combine(Operation.Any, operands, neutral: Nothing, absorbing: Everything);

    public Expression Intersection(IEnumerable<Expression> operands) =>
        Combine(Operation.All, operands, neutral: Everything, absorbing: Nothing);

    public Expression Complement(Expression operand) =>
        operand == Nothing ? Everything
        : operand.Operation == Operation.Not ? operand.Operands[0]
        : Known(Operation.Not, !operand.IsNullable, [operand]);

    /// <exception cref="ServiceException">400 when one term takes more steps than any reasonable expression does.</exception>
    public bool IsMatch(Expression expression, string term)
    {
        // What was remembered is only there to be quick.
        if (_expressions.Count > MostExpressions || _derivatives.Count > MostDerivatives)
        {
            _expressions.Clear();
            _derivatives.Clear();
        }
        var rest = expression;
        foreach (var rune in term.EnumerateRunes())
        {
            rest = Derivative(rest, rune.Value);
            if (rest == Nothing || rest == Everything)
                break;
        }
        return rest.IsNullable;
    }

    private Expression Derivative(Expression expression, int character)
    {
        // Most of all expressions begin with one character, and then there is nothing to work out.
        if (expression.Operation == Operation.Set)
            return expression.Contains(character) ? Empty : Nothing;
        if (
            expression is
            { Operation: Operation.Concatenation, Operands: [{ Operation: Operation.Set } first, var rest] }
        )
            return first.Contains(character) ? rest : Nothing;
        if (_derivatives.TryGetValue((expression.Id, character), out var known))
            return known;
        if (_derivatives.Count > MostForOneTerm || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw LuceneRegex.Invalid("is too complex");
        var operands = expression.Operands;
        var bounds = expression.Bounds;
        var derivative = expression.Operation switch
        {
            Operation.Number => AfterDigit(bounds, character - '0'),
            Operation.Concatenation => Union([
                Concatenate(Derivative(operands[0], character), operands[1]),
                operands[0].IsNullable ? Derivative(operands[1], character) : Nothing,
            ]),
            Operation.Repeat => Concatenate(
                Derivative(operands[0], character),
                Repeat(
                    operands[0],
                    Math.Max(0, bounds.Lowest - 1),
                    bounds.Highest == Unbounded ? Unbounded : bounds.Highest - 1
                )
            ),
            Operation.Not => Complement(Derivative(operands[0], character)),
            // No operands at all: nothing, or the empty term.
            Operation.Any or Operation.All when operands.IsEmpty => Nothing,
            Operation.Any => Union(operands.Select(o => Derivative(o, character))),
            _ => Intersection(operands.Select(o => Derivative(o, character))),
        };
        _derivatives.Add((expression.Id, character), derivative);
        return derivative;
    }

    private Expression AfterDigit(Bounds number, int digit)
    {
        if (digit is < 0 or > 9 || number.Digits == 0)
            return Nothing;
        var value = (Math.Max(number.Value, 0) * 10) + digit;
        return value > number.Highest
            ? Nothing
            : Number(number with { Value = value, Digits = Math.Max(number.Digits - 1, number.Digits < 0 ? -1 : 0) });
    }

    private Expression Number(Bounds bounds) =>
        Known(Operation.Number, bounds.Value >= bounds.Lowest && bounds.Digits <= 0, [], bounds);

    // Flat, sorted and without repetition, so that equal sets are one expression.
    private Expression Combine(
        Operation operation,
        IEnumerable<Expression> operands,
        Expression neutral,
        Expression absorbing
    )
    {
        var flat = new SortedDictionary<int, Expression>();
        foreach (var operand in operands)
        {
            if (operand.Operation == operation && !operand.Operands.IsEmpty)
            {
                foreach (var inner in operand.Operands)
                    flat[inner.Id] = inner;
            }
            else if (operand != neutral)
                flat[operand.Id] = operand;
        }
        return flat.ContainsKey(absorbing.Id) ? absorbing
            : flat.Count == 0 ? neutral
            : flat.Count == 1 ? flat.First().Value
            : Known(
                operation,
                operation == Operation.Any ? flat.Values.Any(o => o.IsNullable) : flat.Values.All(o => o.IsNullable),
                [.. flat.Values]
            );
    }

    private Expression Known(
        Operation operation,
        bool isNullable,
        ImmutableArray<Expression> operands,
        Bounds bounds = default,
        ImmutableArray<(int, int)> ranges = default
    )
    {
        var parts = ranges.IsDefault ? string.Join(',', operands.Select(o => o.Id)) : string.Join(',', ranges);
        if (_expressions.TryGetValue((operation, bounds, parts), out var known))
            return known;
        var made = new Expression(++_lastId, operation, isNullable, operands, bounds, ranges);
        _expressions.Add((operation, bounds, parts), made);
        return made;
    }

    /// <summary>Of a repetition (how often), or of a number: its range, the digits left (-1 for any) and what was read of it (-1 for nothing).</summary>
    public readonly record struct Bounds(int Lowest, int Highest, int Digits, long Value);

    /// <param name="Id">The same for the same expression.</param>
    /// <param name="Operation">What it is made by.</param>
    /// <param name="IsNullable">Whether it matches the empty term.</param>
    /// <param name="Operands">What it is made of.</param>
    /// <param name="Bounds">Of repetitions and numbers; a set that is negated has 1 as its lowest.</param>
    /// <param name="Ranges">Of a set.</param>
    public sealed record Expression(
        int Id,
        Operation Operation,
        bool IsNullable,
        ImmutableArray<Expression> Operands,
        Bounds Bounds,
        ImmutableArray<(int First, int Last)> Ranges
    )
    {
        public bool Equals(Expression? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => Id;

        public bool Contains(int character) =>
            Ranges.Any(r => r.First <= character && character <= r.Last) != (Bounds.Lowest == 1);
    }
}
