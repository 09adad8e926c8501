using EmbeddingFunctions.Embeddings.Folders;

namespace EmbeddingFunctions.Embeddings.Tests;

/// <summary>What the files of a folder say is what is done.</summary>
public sealed class ModelFolderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Descriptions_say_what_the_files_say()
    {
        var bge = ModelFolder.Read(Files.Model("bge-small-zh-v1.5")).Description;
        (bge.Name, bge.Dimensions, bge.MaxTokens, bge.Pooling[0], bge.Normalized).ShouldBe(
            ("bge-small-zh-v1.5", 512, 512, Pooling.Cls, true)
        );
        bge.Stamp.ShouldBe("bge-small-zh-v1.5-512");
        bge.Prompts.Keys.ShouldBe(["query"]);
        var miniLm = ModelFolder.Read(Files.Model("all-MiniLM-L6-v2")).Description;
        (miniLm.Dimensions, miniLm.MaxTokens, miniLm.Pooling[0]).ShouldBe((384, 256, Pooling.Mean));
        miniLm.Prompts.ShouldBeEmpty();
        miniLm.Licence.ShouldBe("Apache License");
        bge.Licence.ShouldBe("MIT License");
    }

    [Fact]
    public void Without_max_seq_length_the_lesser_of_tokenizer_and_network_counts()
    {
        using var folder = new ModelFolderCopy(Files.Model("all-MiniLM-L6-v2"));
        folder.Write("sentence_bert_config.json", "{}");
        ModelFolder.Read(folder.Folder).Description.MaxTokens.ShouldBe(512);
        folder.Replace("tokenizer_config.json", "512", "100");
        ModelFolder.Read(folder.Folder).Description.MaxTokens.ShouldBe(100);
        folder.Replace("tokenizer_config.json", "100", "1000000000000000019884624838656");
        ModelFolder.Read(folder.Folder).Description.MaxTokens.ShouldBe(512);
    }

    [Theory]
    [InlineData("""{"query":"Q ","passage":"P "}""", "null", "Q ", "P ")]
    [InlineData("""{"query":"Q ","document":"D ","passage":"P "}""", "null", "Q ", "D ")]
    [InlineData("""{"other":"O "}""", "\"other\"", "O ", "O ")]
    [InlineData("""{"query":"Q ","other":"O "}""", "\"other\"", "Q ", "O ")]
    [InlineData("""{"other":"O "}""", "null", "", "")]
    public void Prompts_are_found_by_name_then_by_default(
        string prompts,
        string byDefault,
        string query,
        string document
    )
    {
        using var folder = new ModelFolderCopy(Files.Model("all-MiniLM-L6-v2"));
        var config = $$"""{"prompts":{{prompts}},"default_prompt_name":{{byDefault}}}""";
        folder.Write("config_sentence_transformers.json", config);
        var read = ModelFolder.Read(folder.Folder);
        read.Prompt(InputType.Query).ShouldBe(query);
        read.Prompt(InputType.Document).ShouldBe(document);
    }

    [Fact]
    public void The_first_line_of_the_licence_is_described()
    {
        using var folder = new ModelFolderCopy(Files.Model("all-MiniLM-L6-v2"));
        folder.Write("LICENSE", "\n  Apache License  \nVersion 2.0");
        ModelFolder.Read(folder.Folder).Description.Licence.ShouldBe("Apache License");
    }

    [Theory]
    [InlineData("all-MiniLM-L6-v2")]
    [InlineData("bge-small-zh-v1.5")]
    public void Vocab_txt_alone_gives_the_tokens_that_tokenizer_json_gives(string name)
    {
        using var folder = new ModelFolderCopy(Files.Model(name));
        var full = TextTokenizer.Load(folder.Folder);
        folder.Delete("tokenizer.json");
        var bare = TextTokenizer.Load(folder.Folder);
        const string Text = "Ünïcode [MASK] and 中文, ｆｕｌｌ [CLS]x ＡＢＣ don't 한국어";
        bare.Encode(Text).Ids.ToArray().ShouldBe(full.Encode(Text).Ids.ToArray());
    }

    // As in the reference's fast BERT tokenizer.
    [Fact]
    public void Tokenizer_config_wins_over_tokenizer_json()
    {
        using var folder = new ModelFolderCopy(Files.Model("all-MiniLM-L6-v2"));
        folder.Replace("tokenizer_config.json", "\"do_lower_case\": true", "\"do_lower_case\": false");
        var tokens = TextTokenizer.Load(folder.Folder).Encode("apple Apple");
        tokens.Ids.ToArray().ShouldBe([101, 6207, 100, 102]);
    }

    [Fact]
    public async Task A_model_that_does_not_normalise_gives_its_vectors_as_they_are()
    {
        using var folder = new ModelFolderCopy(Files.Model("all-MiniLM-L6-v2"));
        folder.Write(
            "modules.json",
            """
            [{"path": "", "type": "sentence_transformers.models.Transformer"},
             {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
            """
        );
        using var raw = EmbeddingModel.Load(folder.Folder);
        raw.Description.Normalized.ShouldBeFalse();
        var full = (await raw.EmbedAsync(["apples"], new EmbedOptions(), Cancelled))[0].Vector.ToArray();
        Math.Abs(full.Sum(x => (double)x * x) - 1).ShouldBeGreaterThan(0.1);
        var cut = (await raw.EmbedAsync(["apples"], new EmbedOptions { Dimensions = 10 }, Cancelled))[0].Vector;
        cut.ToArray().ShouldBe(full[..10]);
    }
}
