using System.IO.Compression;

namespace EmbeddingFunctions.Tools.Tests;

public sealed class ImportTests : IDisposable
{
    private const string Model = "all-MiniLM-L6-v2";

    private readonly string _folder = Directory.CreateTempSubdirectory("embedding-functions-import-").FullName;
    private readonly string _models;

    public ImportTests() => _models = Path.Combine(_folder, "models");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_folder_is_tried_out_told_of_and_copied_without_other_engines_weights()
    {
        var source = Copied();
        await File.WriteAllTextAsync(Path.Combine(source, "pytorch_model.bin"), "x", Cancellation);

        var (code, output, error) = await ImportAsync(source, "--name", "mini");

        code.ShouldBe(0, error);
        output.ShouldContain("dimensions        384");
        output.ShouldContain("pooling           Mean");
        output.ShouldContain("Apache License");
        Files(Path.Combine(_models, "mini")).ShouldBe(Files(Path.Combine(Paths.Models, Model)));
        Directory.GetFileSystemEntries(_models).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_zip_with_one_folder_in_it_is_that_folder()
    {
        var zip = Path.Combine(_folder, "download.zip");
        await ZipFile.CreateFromDirectoryAsync(
            Path.Combine(Paths.Models, Model),
            zip,
            CompressionLevel.Fastest,
            includeBaseDirectory: true,
            Cancellation
        );

        (await ImportAsync(zip)).Code.ShouldBe(0);
        Files(Path.Combine(_models, Model)).ShouldBe(Files(Path.Combine(Paths.Models, Model)));

        var (code, _, error) = await ImportAsync(zip);
        code.ShouldBe(1);
        error.ShouldContain("is there already; --replace replaces it");
        (await ImportAsync(zip, "--replace")).Code.ShouldBe(0);
        Directory.GetFileSystemEntries(_models).Length.ShouldBe(1);
    }

    [Theory]
    [Trait("needs", "shared")]
    [InlineData("cross-encoder/bert-reranker", "kind              reranker")]
    [InlineData("clip", "kind              CLIP")]
    [InlineData("bge-m3", "kind              BGE-M3")]
    [InlineData("sentence-transformers/bert-cls-and-mean", "pooling           Cls, Mean")]
    public async Task Each_kind_of_model_is_told(string fixture, string line)
    {
        var source = Path.Combine(Paths.Models, "..", "..", "shared", "fixtures", fixture);
        Assert.SkipUnless(Directory.Exists(source), $"needs ../shared/fixtures/{fixture}");

        var (code, output, error) = await ImportAsync(source, "--name", "imported");

        code.ShouldBe(0, error);
        output.ShouldContain(line);
        File.Exists(Path.Combine(_models, "imported", "config.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_broken_model_is_refused_and_nothing_is_left()
    {
        var source = Copied();
        File.Delete(Path.Combine(source, "1_Pooling", "config.json"));

        var (code, _, error) = await ImportAsync(source);

        code.ShouldBe(1);
        error.ShouldContain("1_Pooling");
        error.ShouldNotContain("   at ");
        Directory.Exists(_models).ShouldBeFalse();
    }

    [Fact]
    public async Task A_zip_that_points_out_of_itself_or_is_none_is_refused()
    {
        var zip = Path.Combine(_folder, "evil.zip");
        await using (var archive = await ZipFile.OpenAsync(zip, ZipArchiveMode.Create, Cancellation))
        {
            await using var entry = await archive.CreateEntry("../evil.txt").OpenAsync(Cancellation);
            entry.WriteByte(1);
        }

        (await ImportAsync(zip)).Error.ShouldContain("points out of the zip");
        await File.WriteAllTextAsync(zip, "no zip", Cancellation);
        (await ImportAsync(zip)).Error.ShouldContain("neither a folder nor a whole zip file");
        (await ImportAsync(Path.Combine(_folder, "none"))).Error.ShouldContain("There is no folder or file");
        (await ImportAsync(Path.Combine(Paths.Models, Model), "--name", "../x")).Error.ShouldContain("is no name");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<(int Code, string Output, string Error)> ImportAsync(string source, params string[] more) =>
        Tool.RunAsync(["import", source, "--models", _models, .. more]);

    private string Copied()
    {
        var target = Path.Combine(_folder, Model);
        foreach (var file in Files(Path.Combine(Paths.Models, Model)))
        {
            var path = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(Path.Combine(Paths.Models, Model, file), path);
        }

        return target;
    }

    private static string[] Files(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(folder, file))
                .Order(StringComparer.Ordinal),
        ];
}
