using System.Text.Json.Nodes;

namespace EmbeddingFunctions.Embeddings.Tests.Tokenizers;

public sealed class SentencePieceTests
{
    // The fixture's tokenizer.json parts words as newer conversions do; the .model file is read as e5 and XLM-R are.
    [Fact]
    [Trait("needs", "shared")]
    public void Tokenizer_json_and_the_sentencepiece_file_give_the_same_tokens()
    {
        using var folder = new ModelFolderCopy(Files.Shared("fixtures/bge-m3"));
        folder.Replace("tokenizer_config.json", "TokenizersBackend", "XLMRobertaTokenizer");
        var json = JsonNode.Parse(File.ReadAllText(folder.PathOf("tokenizer.json")))!;
        json["normalizer"] = json["normalizer"]!["normalizers"]![0]!.DeepClone();
        json["pre_tokenizer"] = new JsonObject
        {
            ["type"] = "Sequence",
            ["pretokenizers"] = new JsonArray(
                new JsonObject { ["type"] = "WhitespaceSplit" },
                json["pre_tokenizer"]!.DeepClone()
            ),
        };
        folder.Write("tokenizer.json", json.ToJsonString());
        var byJson = TextTokenizer.Load(folder.Folder);
        folder.Delete("tokenizer.json");
        var byModel = TextTokenizer.Load(folder.Folder);
        foreach (var (text, _, _) in Files.ReadLines<GoldenSpans>(Files.Shared("golden/fuzz-fx-xlmr.jsonl")))
        {
            var (one, other) = (byJson.Encode(text), byModel.Encode(text));
            one.Ids.ToArray().ShouldBe(other.Ids.ToArray(), text);
            one.Spans.ToArray().ShouldBe(other.Spans.ToArray(), text);
            byJson.EncodePair(text, "a").Ids.ToArray().ShouldBe(byModel.EncodePair(text, "a").Ids.ToArray(), text);
        }
    }
}
