namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>
/// Reads XLM-R's sentencepiece.bpe.model, whose ids are those of fairseq: the pieces moved up by one, with
/// &lt;s&gt; 0, &lt;pad&gt; 1, &lt;/s&gt; 2 and &lt;unk&gt; 3 before them and &lt;mask&gt; after.
/// </summary>
internal static class UnigramFolder
{
    private const string FileName = "sentencepiece.bpe.model";

    public static Unigram Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new ModelFolderException($"{path}: the file is missing, and so is tokenizer.json");
        }

        var model = SentencePieceModel.Read(path);
        if (model.Pieces is not ["<unk>", "<s>", "</s>", ..])
        {
            var found = string.Join(' ', model.Pieces.Take(3));
            throw new ModelFolderException($"{path}: the first pieces are '{found}', expected '<unk> <s> </s>'");
        }

        List<(int Id, string Text)> pieces = [(0, "<s>"), (1, "<pad>"), (2, "</s>"), (3, "<unk>")];
        pieces.AddRange(model.Pieces.Index().Skip(3).Select(piece => (piece.Index + 1, piece.Item)));
        var scores = new List<float> { 0, 0, 0, 0 };
        scores.AddRange(model.Scores.Skip(3));
        pieces.Add((pieces.Count, "<mask>"));
        scores.Add(0);

        var added = pieces.Take(4).Append(pieces[^1]).Select(piece => new AddedToken(piece.Id, piece.Text));
        return new Unigram(
            new UnigramPieces(pieces, [.. scores], unknown: 3),
            ReadCharacters(model, path),
            new SpecialTokens(First: 0, Last: 2, new AddedTokens(added))
        );
    }

    private static CharacterMap ReadCharacters(SentencePieceModel model, string path)
    {
        try
        {
            return CharacterMap.Read(model.CharacterMap.Span);
        }
        catch (InvalidDataException e)
        {
            throw new ModelFolderException($"{path}: {e.Message}", e);
        }
    }
}
