using EmbeddingFunctions.Embeddings.Tokenizers.Models;
using EmbeddingFunctions.Embeddings.Tokenizers.PreTokenizers;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Files;

/// <summary>
/// Reads XLM-R's sentencepiece.bpe.model, whose ids are those of fairseq: the pieces moved up by one, with
/// &lt;s&gt; 0, &lt;pad&gt; 1, &lt;/s&gt; 2 and &lt;unk&gt; 3 before them and &lt;mask&gt; after.
/// </summary>
internal static class SentencePieceFile
{
    private const string FileName = "sentencepiece.bpe.model";

    /// <param name="folder">Holds the file.</param>
    /// <param name="config">tokenizer_config.json.</param>
    public static TextTokenizer Load(string folder, Json config)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new ModelFolderException($"{path}: the file is missing, and so is tokenizer.json");
        }

        var model = SentencePieceModel.Read(path, ["<s>", "<pad>", "</s>", "<unk>"], "<mask>");
        var tokens = new[] { "<s>", "<pad>", "</s>", "<unk>", "<mask>" };
        var added = tokens.Select(token => new AddedToken(model.Pieces.Find(token), token));
        var pipeline = new TokenPipeline
        {
            RawTokens = new AddedTokens(added),
            Normalizers = [model.Characters],
            NormalizedTokens = new AddedTokens([]),
            PreTokenizers = [new WhitespaceSplit(), new Metaspace('▁', MetaspacePrepend.Always, split: true)],
            Model = new Unigram(model.Pieces, model.Scores, unknown: 3),
        };
        var (single, pair, _) = PostProcessorJson.Roberta(cls: 0, sep: 2);
        return new TextTokenizer(pipeline, single, pair, TokenizerJson.KeepsEnd(json: null, config));
    }
}
