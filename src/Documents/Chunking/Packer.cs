namespace EmbeddingFunctions.Documents.Chunking;

/// <summary>
/// Packs the pieces of one section into chunks. Tokens are counted once a piece and added up to plan a chunk; the
/// chunk's own text is then counted, as tokens of a whole are not always the sum of its parts.
/// </summary>
internal sealed class Packer
{
    private readonly Section _section;
    private readonly TokenLimit _limit;
    private readonly List<Piece> _pieces;
    private readonly string _heading;
    private readonly int _room;

    public Packer(Section section, TokenLimit limit)
    {
        _section = section;
        _limit = limit;
        _pieces = section.Pieces;
        _heading = Breadcrumb.Of(section.Headings, limit);
        _room = limit.Max - limit.All(_heading, "");
    }

    public IEnumerable<Packed> Pack()
    {
        var (previous, next) = (0, 0);
        while (next < _pieces.Count)
        {
            var draft = Plan(previous, next);
            while (Excess(draft) is > 0 and var excess)
            {
                draft = Shrink(draft, excess);
            }

            yield return new Packed(
                TextOf(draft),
                draft.Heading,
                _pieces[draft.First].Block.Page,
                new TextSpan(_section.Start + _pieces[draft.First].Start, _section.Start + draft.Cut),
                PlaceOf(draft)
            );
            (previous, next) = (draft.First, KeepRest(draft));
        }
    }

    // What was left of a piece that was cut takes its place.
    private int KeepRest(Draft draft)
    {
        var last = _pieces[draft.End - 1];
        var rest = draft.Cut;
        while (rest < last.End && char.IsWhiteSpace(_section.Text[rest]))
        {
            rest++;
        }

        if (rest >= last.End)
        {
            return draft.End;
        }

        _pieces[draft.End - 1] = last with { Start = rest, IsWhole = false, Tokens = null };
        return draft.End - 1;
    }

    private Draft Plan(int previous, int next)
    {
        var first = OverlapStart(previous, next);
        var end = PlanEnd(first, next);
        // Repeating a sentence is not worth cutting a block that fits without it.
        if (first < next && end < _pieces.Count && IsSameBlock(next, end) && StartsBlock(next) && FitsWhole(next))
        {
            first = next;
            end = PlanEnd(first, next);
        }

        return new Draft(first, next, end, _pieces[end - 1].End, _heading, HeaderRow(first));
    }

    private int PlanEnd(int first, int next)
    {
        var room =
            _room
            - Enumerable.Range(first, next - first).Sum(piece => Tokens(first, piece))
            - _limit.Tokens(HeaderRow(first));
        var end = next;
        while (
            end < _pieces.Count
            && Tokens(first, end) <= room
            && _pieces[end].End - _pieces[first].Start <= _limit.MaxChars
        )
        {
            room -= Tokens(first, end++);
        }

        var least = LeastEnd(next);
        if (end <= least || end == _pieces.Count || !IsSameBlock(end - 1, end))
        {
            return Math.Max(end, least);
        }

        var start = end - 1;
        while (start > next && IsSameBlock(start - 1, end))
        {
            start--;
        }

        // A block that is cut here begins in the next chunk if that takes it whole, or if only a table's header
        // row would stay behind.
        var isLoneHeader = _pieces[start].Block.Kind == BlockKind.Table && StartsBlock(start) && end - start == 1;
        return start >= least && (isLoneHeader || (StartsBlock(start) && FitsWhole(start))) ? start : end;
    }

    private int OverlapStart(int previous, int next)
    {
        if (next == 0 || !_pieces[next].IsWhole)
        {
            return next;
        }

        var most = Math.Min(_limit.Overlap, _room / 2);
        var first = next;
        while (
            first - 1 > previous
            && _pieces[first - 1].IsRepeatable
            && _limit.Tokens(Text(_pieces[first - 1].Start, _pieces[next - 1].End)) <= most
        )
        {
            first--;
        }

        return first;
    }

    private Draft Shrink(Draft draft, int excess)
    {
        if (draft.First < draft.Next)
        {
            return Plan(draft.Next - 1, draft.Next);
        }

        var end = draft.End;
        var least = Math.Min(draft.End, LeastEnd(draft.Next));
        for (; end > least && excess > 0; end--)
        {
            excess -= Math.Max(1, Tokens(draft.First, end - 1));
        }

        return end < draft.End ? draft with { End = end, Cut = _pieces[end - 1].End } : Cut(draft);
    }

    // One piece and what must stand before it are too much.
    private Draft Cut(Draft draft)
    {
        var piece = _pieces[draft.End - 1];
        var from = piece.Start;
        while (char.IsWhiteSpace(_section.Text[from]))
        {
            from++;
        }

        var cut = Prefix.Longest(
            _section.Text,
            from,
            Math.Min(draft.Cut, piece.End),
            _limit,
            at => _limit.Max + Excess(draft with { Cut = at })
        );
        return draft switch
        {
            _ when cut > from => draft with { Cut = TrimEnd(cut) },
            { End: var end } when end - 1 > draft.Next => draft with { End = end - 1, Cut = _pieces[end - 2].End },
            { HeaderRow.Length: > 0 } => draft with { HeaderRow = "" },
            { Heading.Length: > 0 } => draft with { Heading = "" },
            _ => throw TokenLimit.NoRoom(_limit.Options, _limit.Fixed),
        };
    }

    private int TrimEnd(int end)
    {
        while (char.IsWhiteSpace(_section.Text[end - 1]))
        {
            end--;
        }

        return end;
    }

    // A heading takes at least the first piece below it along.
    private int LeastEnd(int next)
    {
        var end = next;
        while (end < _pieces.Count - 1 && _pieces[end].IsHeading)
        {
            end++;
        }

        return end + 1;
    }

    private string HeaderRow(int first) =>
        _pieces[first].HeaderRow is { } row && _limit.Tokens(row) <= _room / 2 ? row + "\n" : "";

    private bool IsSameBlock(int one, int other) => _pieces[one].BlockStart == _pieces[other].BlockStart;

    private bool StartsBlock(int piece) => piece == 0 || !IsSameBlock(piece - 1, piece);

    private bool FitsWhole(int start)
    {
        var room = _room;
        for (var i = start; i < _pieces.Count && room >= 0 && IsSameBlock(start, i); i++)
        {
            room -= Tokens(start, i);
        }

        return room >= 0;
    }

    // What a piece adds to a chunk: its tokens and those of the white space before it, unless it is the chunk's first.
    private int Tokens(int first, int piece) =>
        piece == first
            ? _limit.Tokens(Text(_pieces[piece].Start, _pieces[piece].End))
            : _pieces[piece].Tokens ??= _limit.Tokens(Text(_pieces[piece - 1].End, _pieces[piece].End));

    private int Excess(Draft draft) =>
        draft.Cut - _pieces[draft.First].Start > _limit.MaxChars
            ? _limit.Max
            : _limit.All(draft.Heading, TextOf(draft)) - _limit.Max;

    private string TextOf(Draft draft) =>
        string.Concat(draft.HeaderRow, Text(_pieces[draft.First].Start, TrimEnd(draft.Cut)));

    // Headings stand above what they are about: in a zip a file's path, above the cells.
    private string? PlaceOf(Draft draft)
    {
        var first = draft.First;
        while (first < draft.End - 1 && _pieces[first].IsHeading)
        {
            first++;
        }

        var cells = _pieces[first].Cells;
        for (var piece = first + 1; cells is not null && piece < draft.End; piece++)
        {
            cells = _pieces[piece].Cells is { } more ? cells.With(more) : cells;
        }

        return cells?.ToString() ?? _pieces[first].Block.Place;
    }

    private ReadOnlySpan<char> Text(int start, int end) => _section.Text.AsSpan(start, end - start);

    /// <summary>A chunk in the making.</summary>
    /// <param name="First">Its first piece.</param>
    /// <param name="Next">Its first piece that no chunk had before.</param>
    /// <param name="End">The piece after its last.</param>
    /// <param name="Cut">Where it ends in the text.</param>
    /// <param name="Heading">Its breadcrumb.</param>
    /// <param name="HeaderRow">The table header to be put before it, with its line feed.</param>
    private sealed record Draft(int First, int Next, int End, int Cut, string Heading, string HeaderRow);
}

/// <summary>A chunk but for its ordinal.</summary>
internal readonly record struct Packed(string Text, string Heading, int? Page, TextSpan Span, string? Place);
