using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Models;

/// <summary>
/// The pieces of a vocabulary in one hash table, whose hash grows unit by unit, so that all pieces a text begins with are
/// found in one walk. It is built in one pass: nothing is sorted, and no piece is an object of its own.
/// </summary>
internal sealed class PieceTable
{
    public const int None = -1;

    private readonly int[] _ids;
    private readonly int[] _starts;

    // The upper half of a piece's hash, and its number plus one; 0 is a free slot.
    private readonly ulong[] _slots;
    private readonly int _shift;

    // A bit for each hash of what a longer piece begins with; some are set by chance.
    private readonly ulong[] _beginnings;
    private readonly int _beginningsShift;
    private char[] _text = new char[1024];

    /// <param name="capacity">How many pieces will be added, at most.</param>
    public PieceTable(int capacity)
    {
        _ids = new int[capacity];
        _starts = new int[capacity + 1];
        var slots = BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, capacity * 2));
        _slots = new ulong[slots];
        _shift = 64 - BitOperations.Log2(slots);
        _beginnings = new ulong[slots / 8];
        _beginningsShift = _shift - 3;
    }

    /// <summary>How many pieces there are; they have the numbers from 0 on, in the order in which they were added.</summary>
    public int Count { get; private set; }

    public int Id(int piece) => _ids[piece];

    /// <summary>Adds a piece; of two with the same text the later one is found. Compiled for speed at once, as loading is all it serves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<char> piece, int id)
    {
        var start = _starts[Count];
        if (start + piece.Length > _text.Length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, start + piece.Length));
        }

        piece.CopyTo(_text.AsSpan(start));
        _starts[Count + 1] = start + piece.Length;
        _ids[Count++] = id;
        var hash = Hash.Empty;
        foreach (var unit in piece)
        {
            var bit = hash.Value >> _beginningsShift;
            _beginnings[bit >> 6] |= 1UL << (int)bit;
            hash = hash.Then(unit);
        }

        ref var slot = ref _slots[Slot(hash, "", piece)];
        slot = (hash.Value & ~(ulong)uint.MaxValue) | (uint)Count;
    }

    /// <summary>Adds a piece given in UTF-8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<byte> piece, int id)
    {
        if (piece.Length > 256)
        {
            Add(Encoding.UTF8.GetString(piece).AsSpan(), id);
            return;
        }

        Span<char> units = stackalloc char[256];
        Add(units[..Encoding.UTF8.GetChars(piece, units)], id);
    }

    /// <summary>The number of the piece with this text, or <see cref="None"/>.</summary>
    public int Find(ReadOnlySpan<char> text) => At(Slot(Hash.Empty.Then(text), "", text));

    /// <summary>The longest piece that is the prefix and what the text begins with, of one unit at least.</summary>
    /// <returns>Its number, or <see cref="None"/>.</returns>
    /// <param name="length">Units of the text that it takes.</param>
    public int FindLongest(string prefix, ReadOnlySpan<char> text, out int length)
    {
        var longest = None;
        length = 0;
        var walk = new Walk(this, prefix, text);
        while (walk.Next())
        {
            if (walk.Piece != None)
            {
                (longest, length) = (walk.Piece, walk.Length);
            }
        }

        return longest;
    }

    private bool Begins(Hash hash)
    {
        var bit = hash.Value >> _beginningsShift;
        return (_beginnings[bit >> 6] & (1UL << (int)bit)) != 0;
    }

    private int At(int slot) => (int)(uint)_slots[slot] - 1;

    /// <summary>The slot of the piece with this hash and text, or a free one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Slot(Hash hash, ReadOnlySpan<char> prefix, ReadOnlySpan<char> text)
    {
        var tag = (uint)(hash.Value >> 32);
        var slot = (int)(hash.Value >> _shift);
        for (; _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            if ((uint)(_slots[slot] >> 32) == tag && Equals(At(slot), prefix, text))
            {
                break;
            }
        }

        return slot;
    }

    private bool Equals(int piece, ReadOnlySpan<char> prefix, ReadOnlySpan<char> text)
    {
        var own = _text.AsSpan(_starts[piece].._starts[piece + 1]);
        return own.Length == prefix.Length + text.Length && own.StartsWith(prefix) && own.EndsWith(text);
    }

    /// <summary>Goes through a text unit by unit, and says which pieces it begins with.</summary>
    public ref struct Walk(PieceTable table, string prefix, ReadOnlySpan<char> text)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private Hash _hash = Hash.Empty.Then(prefix);

        /// <summary>Units gone through.</summary>
        public int Length { get; private set; }

        /// <summary>The piece that the prefix and the units gone through are, or <see cref="None"/>.</summary>
        public int Piece { get; private set; } = None;

        /// <summary>False at the end of the text, or where no longer piece can be.</summary>
        public bool Next()
        {
            if (Length == _text.Length || !table.Begins(_hash))
            {
                return false;
            }

            _hash = _hash.Then(_text[Length++]);
            Piece = table.At(table.Slot(_hash, prefix, _text[..Length]));
            return true;
        }
    }

    /// <summary>Fowler, Noll and Vo's, with units for bytes and a multiplier that fills the upper bits sooner.</summary>
    private readonly record struct Hash(ulong Value)
    {
        public static Hash Empty => new(0xCBF29CE484222325);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Hash Then(char unit) => new((Value ^ unit) * 0x9E3779B97F4A7C15);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Hash Then(ReadOnlySpan<char> units)
        {
            var hash = this;
            foreach (var unit in units)
            {
                hash = hash.Then(unit);
            }

            return hash;
        }
    }
}
