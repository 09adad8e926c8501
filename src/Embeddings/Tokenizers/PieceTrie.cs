using System.Numerics;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>
/// Prefixes of all pieces, as one open-addressed table from (node, UTF-16 unit) to node. Needs no sorting and no node
/// objects, so that 250,000 pieces are in it within a tenth of a second.
/// </summary>
internal sealed class PieceTrie
{
    public const int Root = 0;
    public const int None = -1;

    private ulong[] _edges;
    private int[] _targets;
    private int[] _pieces;
    private int _shift;
    private int _nodes = 1;

    public PieceTrie(int pieces)
    {
        var slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, pieces * 4));
        _edges = new ulong[slots];
        _targets = new int[slots];
        _shift = 64 - BitOperations.Log2((uint)slots);
        _pieces = new int[Math.Max(16, pieces * 2)];
        _pieces[Root] = None;
    }

    /// <summary>Adds a piece; one that is there already gets the new id.</summary>
    public void Add(ReadOnlySpan<char> piece, int id)
    {
        var node = Root;
        foreach (var unit in piece)
        {
            node = ChildOrNew(node, unit);
        }

        _pieces[node] = id;
    }

    /// <summary>The node one unit further, or <see cref="None"/>.</summary>
    public int Child(int node, char unit)
    {
        var edge = Edge(node, unit);
        for (var slot = Slot(edge); _edges[slot] != 0; slot = (slot + 1) & (_edges.Length - 1))
        {
            if (_edges[slot] == edge)
            {
                return _targets[slot];
            }
        }

        return None;
    }

    /// <summary>The piece that ends at a node, or <see cref="None"/>.</summary>
    public int PieceAt(int node) => _pieces[node];

    private int ChildOrNew(int node, char unit)
    {
        var edge = Edge(node, unit);
        var slot = Slot(edge);
        for (; _edges[slot] != 0; slot = (slot + 1) & (_edges.Length - 1))
        {
            if (_edges[slot] == edge)
            {
                return _targets[slot];
            }
        }

        (_edges[slot], _targets[slot]) = (edge, _nodes);
        if (_nodes == _pieces.Length)
        {
            Array.Resize(ref _pieces, _pieces.Length * 2);
        }

        _pieces[_nodes] = None;
        if (++_nodes > _edges.Length / 4 * 3)
        {
            Grow();
        }

        return _nodes - 1;
    }

    private void Grow()
    {
        var (edges, targets) = (_edges, _targets);
        _edges = new ulong[edges.Length * 2];
        _targets = new int[edges.Length * 2];
        _shift--;
        for (var from = 0; from < edges.Length; from++)
        {
            if (edges[from] != 0)
            {
                var slot = Slot(edges[from]);
                while (_edges[slot] != 0)
                {
                    slot = (slot + 1) & (_edges.Length - 1);
                }

                (_edges[slot], _targets[slot]) = (edges[from], targets[from]);
            }
        }
    }

    // One is added so that no edge is 0, which marks a free slot.
    private static ulong Edge(int node, char unit) => (((ulong)node << 16) | unit) + 1;

    private int Slot(ulong edge) => (int)((edge * 0x9E3779B97F4A7C15) >> _shift);
}
