using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Analysis.Util;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>
/// Removes stop words, but not one that the text ends with: it may be the beginning of a longer word. What is kept so is not stemmed.
/// Does what SuggestStopFilter of Lucene does.
/// </summary>
internal sealed class TrailingStopFilter : TokenFilter
{
    private readonly CharArraySet _words;
    private readonly ICharTermAttribute _term;
    private readonly IOffsetAttribute _offset;
    private readonly IPositionIncrementAttribute _increment;
    private readonly IKeywordAttribute _keyword;
    private bool _isOver;

    public TrailingStopFilter(TokenStream input, CharArraySet words)
        : base(input)
    {
        _words = words;
        _term = AddAttribute<ICharTermAttribute>();
        _offset = AddAttribute<IOffsetAttribute>();
        _increment = AddAttribute<IPositionIncrementAttribute>();
        _keyword = AddAttribute<IKeywordAttribute>();
    }

    public override bool IncrementToken()
    {
        if (_isOver || !m_input.IncrementToken())
            return false;
        var skipped = 0;
        while (_words.Contains(_term.Buffer, 0, _term.Length))
        {
            var (word, end, increment) = (CaptureState(), _offset.EndOffset, _increment.PositionIncrement);
            if (m_input.IncrementToken())
            {
                skipped += increment;
                continue;
            }
            _isOver = true;
            m_input.End();
            if (_offset.EndOffset > end)
                return false;
            RestoreState(word);
            _keyword.IsKeyword = true;
            break;
        }
        _increment.PositionIncrement += skipped;
        return true;
    }

    public override void Reset()
    {
        base.Reset();
        _isOver = false;
    }
}
