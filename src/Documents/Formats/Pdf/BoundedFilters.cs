using System.IO.Compression;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Tokens;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>PdfPig's stream filters, except that what they unfold is counted before it takes memory.</summary>
internal sealed class BoundedFilters(CountingStream.Budget budget) : IFilterProvider
{
    public IReadOnlyList<IFilter> GetFilters(DictionaryToken dictionary) =>
        Bound(DefaultFilterProvider.Instance.GetFilters(dictionary));

    public IReadOnlyList<IFilter> GetNamedFilters(IReadOnlyList<NameToken> names) =>
        Bound(DefaultFilterProvider.Instance.GetNamedFilters(names));

    public IReadOnlyList<IFilter> GetAllFilters() => Bound(DefaultFilterProvider.Instance.GetAllFilters());

    private IReadOnlyList<IFilter> Bound(IReadOnlyList<IFilter> filters) =>
        [.. filters.Select(filter => new BoundedFilter(filter, budget))];

    private sealed class BoundedFilter(IFilter inner, CountingStream.Budget budget) : IFilter
    {
        private const int HeaderBytes = 2;

        public bool IsSupported => inner.IsSupported;

        public Memory<byte> Decode(
            Memory<byte> input,
            DictionaryToken streamDictionary,
            IFilterProvider filterProvider,
            int filterIndex
        )
        {
            if (inner is FlateFilter)
            {
                Count(input);
            }

            var output = inner.Decode(input, streamDictionary, filterProvider, filterIndex);
            if (inner is not FlateFilter)
            {
                budget.Spend(output.Length);
            }

            return output;
        }

        // Deflate makes a thousand bytes of one. Unfolding twice costs little beside reading what came out. What is broken ends here:
        // the library would take the folded bytes for the content. Its checksum is passed over, as other readers do.
        private void Count(Memory<byte> input)
        {
            using var folded = new MemoryStream(input[Math.Min(HeaderBytes, input.Length)..].ToArray());
            using var unfolded = new DeflateStream(folded, CompressionMode.Decompress);
            using var counting = new CountingStream(unfolded, budget);
            counting.CopyTo(Stream.Null);
        }
    }
}
