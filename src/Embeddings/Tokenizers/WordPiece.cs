using Microsoft.ML.Tokenizers;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>BERT's tokenizer: Microsoft.ML.Tokenizers finds the pieces; normalisation, words and spans are ours.</summary>
internal sealed class WordPiece(BertNormalizer normalizer, WordPieceTokenizer pieces, SpecialTokens special)
    : TextTokenizer(special)
{
    protected override int Section(ReadOnlySpan<char> text, int offset, TokenSequence? into)
    {
        using var normalized = normalizer.Map(text, offset);
        if (into is null)
        {
            return pieces.CountTokens(normalized.Chars, considerNormalization: false);
        }

        var tokens = pieces.EncodeToTokens(normalized.Chars, out _, considerNormalization: false);
        foreach (var token in tokens)
        {
            into.Add(token.Id, normalized.Source(token.Offset.Start.Value, token.Offset.End.Value));
        }

        return tokens.Count;
    }
}
