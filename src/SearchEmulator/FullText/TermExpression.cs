using System.Collections.Immutable;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>A regular expression that a <see cref="TermLanguage"/> made. Immutable but for what the language remembers with it.</summary>
/// <param name="Id">The same for the same expression.</param>
/// <param name="Operation">What it is made by.</param>
/// <param name="IsNullable">Whether it matches the empty term.</param>
/// <param name="Operands">What it is made of.</param>
/// <param name="Bounds">Of repetitions and numbers; a set that is negated has 1 as its lowest.</param>
/// <param name="Ranges">Of a set.</param>
internal sealed record TermExpression(
    int Id,
    Operation Operation,
    bool IsNullable,
    ImmutableArray<TermExpression> Operands,
    Bounds Bounds,
    ImmutableArray<(int First, int Last)> Ranges
)
{
    /// <summary>What may follow after a character of each class, where that is known yet; empty before anything is.</summary>
    public TermExpression?[] Derivatives { get; set; } = [];

    public bool Equals(TermExpression? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Id;

    public bool Contains(int character) =>
        Ranges.Any(r => r.First <= character && character <= r.Last) != (Bounds.Lowest == 1);
}

internal enum Operation
{
    Set,
    Number,
    Concatenation,
    Repeat,
    Any,
    All,
    Not,
}

/// <summary>Of a repetition (how often), or of a number: its range, the digits left (-1 for any) and what was read of it (-1 for nothing).</summary>
internal readonly record struct Bounds(int Lowest, int Highest, int Digits, long Value);
