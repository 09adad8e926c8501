namespace EmbeddingFunctions.Embeddings.Tokenizers.PreTokenizers;

/// <summary>Spaces become a mark, each of which begins a word; words that have none get one before them.</summary>
/// <param name="mark">▁, as a rule.</param>
/// <param name="prepend">Which words get a mark: those that do not begin with one, and stand where this says.</param>
/// <param name="split">Part the text at its marks.</param>
internal sealed class Metaspace(char mark, MetaspacePrepend prepend, bool split) : ITextStep
{
    public void Apply(MappedSpan from, MappedText to)
    {
        var prepends = prepend switch
        {
            MetaspacePrepend.Always => true,
            MetaspacePrepend.First => from.Source.Start == 0,
            _ => false,
        };
        if (prepends && from.Chars[0] != mark && from.Chars[0] != ' ')
        {
            // the mark stands on the word's first character
            to.Add(mark, from.Sources[0]);
        }

        for (var at = 0; at < from.Length; at++)
        {
            var unit = from.Chars[at] == ' ' ? mark : from.Chars[at];
            if (split && unit == mark)
            {
                to.EndWord();
            }

            to.Add(unit, from.Sources[at]);
        }
    }
}

internal enum MetaspacePrepend
{
    Never,
    First,
    Always,
}
