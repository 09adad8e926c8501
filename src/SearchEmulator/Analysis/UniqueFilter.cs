using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Analysis.Util;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>Lets each term of a text through once.</summary>
internal sealed class UniqueFilter : FilteringTokenFilter
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly ICharTermAttribute _term;

    public UniqueFilter(TokenStream input)
        : base(AnalyzerCatalog.Version, input) => _term = AddAttribute<ICharTermAttribute>();

    public override void Reset()
    {
        base.Reset();
        _seen.Clear();
    }

    protected override bool Accept() => _seen.Add(_term.ToString());
}
