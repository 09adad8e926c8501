using System.Text;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Normalizers;

/// <summary>
/// NFC (Unicode Standard Annex 15) by the reference's tables. Where a letter and its marks change, what comes of them has the span of them all.
/// </summary>
internal sealed class CanonicalComposition : ITextStep
{
    private const int FirstMark = 0x300;

    private static readonly UnicodeTable Unicode = UnicodeTable.Instance;

    public void Apply(MappedSpan from, MappedText to)
    {
        var cluster = new List<(int Class, int CodePoint)>();
        for (var at = 0; at < from.Length; )
        {
            var end = ClusterEnd(from, at);
            var part = from[at..end];
            at = end;
            if (IsComposed(part))
            {
                to.Add(part);
                continue;
            }

            Decompose(part, cluster);
            Compose(cluster);
            if (IsSame(part, cluster))
            {
                to.Add(part);
                continue;
            }

            foreach (var (_, codePoint) in cluster)
            {
                to.Add(new Rune(codePoint), part.Source);
            }
        }
    }

    /// <summary>A starter and all that may be composed with it: marks, and Hangul vowels and tails.</summary>
    private static int ClusterEnd(MappedSpan text, int at)
    {
        _ = text.RuneAt(at, out var length);
        for (var end = at + length; end < text.Length; end += length)
        {
            if (!Joins(text.RuneAt(end, out length).Value))
            {
                return end;
            }
        }

        return text.Length;
    }

    private static bool Joins(int codePoint) =>
        codePoint >= FirstMark
        && (
            Unicode[codePoint].Has(UnicodeTraits.Combining)
            || Unicode.ComposesWithBefore(codePoint)
            || (Unicode[codePoint].Has(UnicodeTraits.Decomposes) && Joins(Unicode.Decomposition(codePoint)[0]))
        );

    private static bool IsComposed(MappedSpan cluster)
    {
        var first = cluster.RuneAt(0, out var length);
        return length == cluster.Length && !Unicode[first.Value].Has(UnicodeTraits.Decomposes);
    }

    private static bool IsSame(MappedSpan text, List<(int Class, int CodePoint)> cluster)
    {
        var at = 0;
        foreach (var (_, codePoint) in cluster)
        {
            if (at == text.Length || text.RuneAt(at, out var length).Value != codePoint)
            {
                return false;
            }

            at += length;
        }

        return at == text.Length;
    }

    private static void Decompose(MappedSpan text, List<(int Class, int CodePoint)> into)
    {
        into.Clear();
        for (var at = 0; at < text.Length; )
        {
            var codePoint = text.RuneAt(at, out var length).Value;
            at += length;
            if (!Unicode[codePoint].Has(UnicodeTraits.Decomposes))
            {
                into.Add((Unicode.CombiningClass(codePoint), codePoint));
                continue;
            }

            foreach (var part in Unicode.Decomposition(codePoint))
            {
                into.Add((Unicode.CombiningClass(part), part));
            }
        }

        // marks in the order of their classes, between one starter and the next
        for (var start = 0; start < into.Count; start++)
        {
            var end = start;
            while (end < into.Count && into[end].Class != 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                var sorted = into.GetRange(start, end - start).OrderBy(mark => mark.Class).ToList();
                for (var mark = 0; mark < sorted.Count; mark++)
                {
                    into[start + mark] = sorted[mark];
                }
            }

            start = end;
        }
    }

    private static void Compose(List<(int Class, int CodePoint)> cluster)
    {
        var (starter, kept, lastClass) = (-1, 0, 0);
        foreach (var (combining, codePoint) in cluster.ToArray())
        {
            var blocked = lastClass != 0 && lastClass >= combining;
            if (starter >= 0 && !blocked && Unicode.TryCompose(cluster[starter].CodePoint, codePoint, out var composed))
            {
                cluster[starter] = (0, composed);
                continue;
            }

            (starter, lastClass) = (combining == 0 ? kept : starter, combining);
            cluster[kept++] = (combining, codePoint);
        }

        cluster.RemoveRange(kept, cluster.Count - kept);
    }
}
