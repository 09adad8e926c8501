using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>Cuts tokens that are too long into several, one position each.</summary>
internal sealed class SplitFilter : TokenFilter
{
    private readonly int _longest;
    private readonly ICharTermAttribute _term;
    private readonly IOffsetAttribute _offset;
    private readonly IPositionIncrementAttribute _increment;
    private string _rest = "";
    private int _restStart;

    public SplitFilter(TokenStream input, int longest)
        : base(input)
    {
        _longest = longest;
        _term = AddAttribute<ICharTermAttribute>();
        _offset = AddAttribute<IOffsetAttribute>();
        _increment = AddAttribute<IPositionIncrementAttribute>();
    }

    public override bool IncrementToken()
    {
        if (_rest.Length > 0)
        {
            ClearAttributes();
            Emit(_rest, _restStart);
            _increment.PositionIncrement = 1;
            return true;
        }
        if (!m_input.IncrementToken())
            return false;
        if (_term.Length > _longest)
            Emit(_term.ToString(), _offset.StartOffset);
        return true;
    }

    public override void Reset()
    {
        base.Reset();
        _rest = "";
    }

    private void Emit(string text, int start)
    {
        var length = Math.Min(_longest, text.Length);
        // Never between the halves of one character.
        if (length < text.Length && length > 1 && char.IsHighSurrogate(text[length - 1]))
            length--;
        _term.SetEmpty().Append(text, 0, length);
        _offset.SetOffset(start, start + length);
        (_rest, _restStart) = (text[length..], start + length);
    }
}
