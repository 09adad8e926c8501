using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>
/// All terms that a wildcard or regular expression matches whole, with a constant score.
/// </summary>
internal sealed class PatternQuery(string field, TermPattern pattern, CancellationToken cancellationToken)
    : MultiTermQuery(field)
{
    public bool IsMatch(string term) => pattern.IsMatch(term);

    public override string ToString(string field) => $"{Field}:/{pattern.Text}/";

    public override bool Equals(object? obj) =>
        obj is PatternQuery other && base.Equals(other) && other.ToString() == ToString();

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), pattern.Text);

    protected override TermsEnum GetTermsEnum(Terms terms, AttributeSource atts) =>
        new Matching(terms.GetEnumerator(), pattern, cancellationToken);

    private sealed class Matching : FilteredTermsEnum
    {
        private readonly TermPattern _pattern;
        private readonly BytesRef _prefix;
        private readonly CancellationToken _cancellationToken;

        public Matching(TermsEnum terms, TermPattern pattern, CancellationToken cancellationToken)
            : base(terms)
        {
            (_pattern, _prefix, _cancellationToken) = (pattern, new BytesRef(pattern.Prefix), cancellationToken);
            SetInitialSeekTerm(_prefix);
        }

        protected override AcceptStatus Accept(BytesRef term)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (!StringHelper.StartsWith(term, _prefix))
                return AcceptStatus.END;
            return _pattern.IsMatch(term.Utf8ToString()) ? AcceptStatus.YES : AcceptStatus.NO;
        }
    }
}
