using System.Numerics;

namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>Which of 64 rows pass: bit i, of <paramref name="among"/> and of the answer, is row 64 * <paramref name="word"/> + i.</summary>
internal delegate ulong RowTest(int word, ulong among);

internal static class RowTests
{
    // Signs of an order, and that there is none.
    private static readonly int?[] Orders = [-1, 0, 1, null];

    public static RowTest All(RowTest[] tests) =>
        (word, among) =>
        {
            foreach (var test in tests)
            {
                if (among == 0)
                    break;
                among = test(word, among);
            }
            return among;
        };

    public static RowTest Any(RowTest[] tests) =>
        (word, among) =>
        {
            var passed = 0UL;
            foreach (var test in tests)
            {
                if (passed == among)
                    break;
                passed |= test(word, among & ~passed);
            }
            return passed;
        };

    public static RowTest Not(RowTest test) => (word, among) => among & ~test(word, among);

    public static RowTest Each(Func<int, bool> test) =>
        (word, among) =>
        {
            var passed = 0UL;
            for (var rest = among; rest != 0; rest &= rest - 1)
            {
                if (test((word << 6) + BitOperations.TrailingZeroCount(rest)))
                    passed |= rest & (0 - rest);
            }
            return passed;
        };

    public static RowTest Equals(StringColumn column, int code) =>
        (word, among) =>
        {
            var passed = 0UL;
            var codes = column.Codes(word);
            for (var i = 0; i < codes.Length; i++)
                passed |= (codes[i] == code ? 1UL : 0) << i;
            return passed & among;
        };

    /// <summary>Of values that all have an order: not of doubles.</summary>
    public static RowTest Compares<T>(ScalarColumn<T> column, Comparison comparison, T value)
        where T : struct, IComparable<T>
    {
        var accepted = 0;
        for (var i = 0; i < Orders.Length; i++)
            accepted |= FilterTypes.Test(comparison, Orders[i]) ? 1 << i : 0;
        return (word, among) =>
        {
            var passed = 0UL;
            var values = column.Word(word);
            for (var i = 0; i < values.Length; i++)
            {
                var order = values[i] is { } found ? Math.Sign(found.CompareTo(value)) + 1 : 3;
                passed |= ((ulong)(accepted >> order) & 1) << i;
            }
            return passed & among;
        };
    }
}
