namespace EmbeddingFunctions.Embeddings.Tests.Tiny;

/// <summary>Folders that mean harm, or are broken, are refused with one sentence and nothing else happens.</summary>
public sealed class HostileFolderTests
{
    private const string Dense =
        """{"in_features": 4, "out_features": 2, "bias": false, "activation_function": "torch.nn.modules.linear.Identity"}""";

    [Fact]
    public void The_tiny_folder_itself_loads()
    {
        using var folder = new TinyModel();
        using var model = EmbeddingModel.Load(folder.Folder);
        model.Description.Dimensions.ShouldBe(TinyModel.Width);
    }

    // Protobuf may be cut anywhere, and what is left may still be protobuf.
    [Fact]
    public void Weights_that_are_cut_anywhere_are_refused()
    {
        using var folder = new TinyModel();
        var whole = File.ReadAllBytes(folder.PathOf("onnx/model.onnx"));
        for (var length = 0; length < whole.Length; length += 7)
        {
            folder.Write("onnx/model.onnx", whole[..length]);
            Refused(folder, "model.onnx");
        }
    }

    [Fact]
    public void Weights_with_a_wrong_bit_are_refused_or_give_some_vector()
    {
        using var folder = new TinyModel();
        var whole = File.ReadAllBytes(folder.PathOf("onnx/model.onnx"));
        for (var at = 0; at < whole.Length; at += 5)
        {
            var spoilt = whole.ToArray();
            spoilt[at] ^= 0x10;
            folder.Write("onnx/model.onnx", spoilt);
            try
            {
                EmbeddingModel.Load(folder.Folder).Dispose();
            }
            catch (ModelFolderException e)
            {
                e.Message.ShouldContain("model.onnx");
            }
        }
    }

    [Fact]
    public async Task External_data_beside_the_weights_is_read()
    {
        using var folder = new TinyModel();
        folder.WriteOnnx(external: "model.onnx_data");
        folder.Write("onnx/model.onnx_data", TinyOnnx.Raw(TinyModel.Table));
        folder.WriteModules("""{"embedding_dimension": 4, "pooling_mode": "cls"}""");
        using var model = EmbeddingModel.Load(folder.Folder);
        var result = await model.EmbedAsync(["w1"], new EmbedOptions(), TestContext.Current.CancellationToken);
        result[0].Vector.ToArray().ShouldBe(TinyModel.Tokens("w1")[0]);
    }

    [Theory]
    [InlineData("../../outside.bin")]
    [InlineData("../outside.bin")]
    [InlineData("sub/../../../outside.bin")]
    [InlineData("{absolute}")]
    public void External_data_outside_the_folder_is_not_read(string location)
    {
        using var folder = new TinyModel();
        foreach (var place in new[] { "../outside.bin", "outside.bin" })
        {
            folder.Write(place, TinyOnnx.Raw(TinyModel.Table));
        }

        folder.Write("onnx/sub/inside.bin", "");
        folder.WriteOnnx(
            external: location.Replace("{absolute}", folder.PathOf("outside.bin"), StringComparison.Ordinal)
        );
        Refused(folder, "model.onnx");
    }

    [Theory]
    [InlineData("../1_Pooling")]
    [InlineData("/etc")]
    [InlineData("x/../../y")]
    [InlineData("a\\u0000b")]
    public void A_module_outside_the_folder_is_refused(string path)
    {
        using var folder = new TinyModel();
        var modules = File.ReadAllText(folder.PathOf("modules.json"));
        folder.Write("modules.json", modules.Replace("1_Pooling", path, StringComparison.Ordinal));
        Refused(folder, "modules.json", "leads out of the model's folder");
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("./")]
    [InlineData("1_Pooling/..")]
    public void A_module_that_is_the_folder_itself_again_is_refused(string path)
    {
        using var folder = new TinyModel();
        var modules = File.ReadAllText(folder.PathOf("modules.json"));
        folder.Write("modules.json", modules.Replace("1_Pooling", path, StringComparison.Ordinal));
        Refused(folder, "modules.json", "two modules have one path");
    }

    [Fact]
    public void Modules_without_end_are_refused()
    {
        using var folder = new TinyModel();
        folder.WriteModules(
            """{"embedding_dimension": 4, "pooling_mode": "mean"}""",
            [.. Enumerable.Repeat("normalize.Normalize", 10_000)]
        );
        Refused(folder, "modules.json", "up to 14 of Dense and Normalize");
    }

    [Theory]
    [InlineData("modules.json")]
    [InlineData("config.json")]
    [InlineData("1_Pooling/config.json")]
    [InlineData("tokenizer_config.json")]
    public void A_file_of_endless_json_is_refused(string file)
    {
        using var folder = new TinyModel();
        using (var content = File.Create(folder.PathOf(file)))
        {
            // sparse: takes no room on the disk
            content.SetLength(10_000_000_000);
        }

        var before = GC.GetTotalAllocatedBytes(precise: true);
        Refused(folder, file, "has 10000000000 bytes, expected at most");
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(100_000_000);
    }

    [Theory]
    [InlineData("modules.json")]
    [InlineData("config.json")]
    [InlineData("1_Pooling/config.json")]
    [InlineData("tokenizer_config.json")]
    public void Json_as_deep_as_a_well_is_refused(string file)
    {
        using var folder = new TinyModel();
        folder.Write(file, new string('[', 1_000_000));
        Refused(folder, file, "no JSON");
    }

    [Theory]
    [InlineData("vocab.txt")]
    [InlineData("config.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("1_Pooling/config.json")]
    [InlineData("onnx/model.onnx")]
    public void A_folder_without_a_part_is_refused(string file)
    {
        using var folder = new TinyModel();
        folder.Delete(file);
        Refused(folder);
    }

    [Fact]
    public void Dimensions_that_do_not_follow_from_one_another_are_refused()
    {
        using var folder = new TinyModel();
        folder.WriteModules("""{"embedding_dimension": 5, "pooling_mode": "mean"}""");
        Refused(folder, "model.onnx", "is [1, 2, 4], expected [1, 2, 5]");
        folder.WriteModules("""{"embedding_dimension": 4, "pooling_mode": ["cls", "mean"]}""", "dense.Dense");
        folder.Write("2_Dense/config.json", Dense);
        folder.Write(
            "2_Dense/model.safetensors",
            TinyTensors.Write(
                (
                    "linear.weight",
                    [
                        [1, 2, 3, 4],
                        [5, 6, 7, 8],
                    ]
                )
            )
        );
        Refused(folder, "Dense takes 4 dimensions, and what comes before it gives 8");
        folder.WriteModules("""{"embedding_dimension": 2000000000, "pooling_mode": "mean"}""");
        Refused(folder, "found 2000000000, expected 1 to 65536");
    }

    [Theory]
    [InlineData(
        """{"linear.weight": {"dtype": "F32", "shape": [2, 4], "data_offsets": [0, 36]}}""",
        "are not the 32 of its shape"
    )]
    [InlineData(
        """{"linear.weight": {"dtype": "F32", "shape": [2, 4], "data_offsets": [4, 36]}}""",
        "or not in the file"
    )]
    [InlineData(
        """{"linear.weight": {"dtype": "F32", "shape": [2, 4], "data_offsets": [36, 4]}}""",
        "are not the 32 of its shape"
    )]
    [InlineData(
        """{"linear.weight": {"dtype": "F32", "shape": [4, 2], "data_offsets": [0, 32]}}""",
        "F32 [4, 2], expected F32 [2, 4]"
    )]
    [InlineData(
        """{"linear.weight": {"dtype": "F16", "shape": [2, 4], "data_offsets": [0, 32]}}""",
        "found F16 [2, 4]"
    )]
    [InlineData(
        """{"weight": {"dtype": "F32", "shape": [2, 4], "data_offsets": [0, 32]}}""",
        "found no 'linear.weight'"
    )]
    [InlineData("[]", "expected an object")]
    [InlineData("{", "no JSON")]
    public void Safetensors_that_point_wrongly_are_refused(string header, string reason)
    {
        using var folder = WithDense();
        folder.Write("2_Dense/model.safetensors", TinyTensors.File(header, new byte[32]));
        Refused(folder, "model.safetensors", reason);
    }

    [Fact]
    public void Safetensors_whose_header_has_no_end_are_refused()
    {
        using var folder = WithDense();
        folder.Write("2_Dense/model.safetensors", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]);
        Refused(folder, "model.safetensors", "the header has 9223372036854775807 bytes");
        folder.Write("2_Dense/model.safetensors", [0xFF, 0, 0, 0, 0, 0, 0, 0, 1]);
        Refused(folder, "model.safetensors", "the file ends too early");
        folder.Write("2_Dense/model.safetensors", []);
        Refused(folder, "model.safetensors", "the file ends too early");
    }

    [Fact]
    public void A_pickle_is_refused_by_name()
    {
        using var folder = WithDense();
        Refused(folder, "model.safetensors: the file is missing");
        folder.Write("2_Dense/pytorch_model.bin", "anything");
        Refused(folder, "pytorch_model.bin, a pickle that can run any code");
    }

    [Theory]
    [InlineData("torch.nn.modules.activation.Tanh", "os.system", "activation 'os.system' is not supported")]
    [InlineData("\"bias\"", "\"use_residual\": true, \"bias\"", "use_residual: true is not supported")]
    [InlineData(
        "\"bias\"",
        "\"module_input_name\": \"token_embeddings\", \"bias\"",
        "'token_embeddings' is not supported"
    )]
    public void A_dense_module_that_is_not_understood_is_refused(string old, string with, string reason)
    {
        using var folder = WithDense();
        var config = Dense.Replace("linear.Identity", "activation.Tanh", StringComparison.Ordinal);
        config.ShouldContain(old);
        folder.Write("2_Dense/config.json", config.Replace(old, with, StringComparison.Ordinal));
        Refused(folder, reason);
    }

    private static TinyModel WithDense()
    {
        var folder = new TinyModel();
        folder.WriteModules("""{"embedding_dimension": 4, "pooling_mode": "mean"}""", "dense.Dense");
        folder.Write("2_Dense/config.json", Dense);
        return folder;
    }

    private static void Refused(TinyModel folder, params string[] reasons)
    {
        var refusal = Should.Throw<ModelFolderException>(() => EmbeddingModel.Load(folder.Folder).Dispose());
        foreach (var reason in reasons)
        {
            refusal.Message.ShouldContain(reason);
        }
    }
}
