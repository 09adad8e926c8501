using EmbeddingFunctions.Embeddings.Folders;
using EmbeddingFunctions.Embeddings.Images;
using EmbeddingFunctions.Embeddings.Running;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EmbeddingFunctions.Embeddings;

/// <summary>
/// A CLIP folder, loaded: texts and images to vectors of one space, not normalised, as transformers' CLIPModel gives them.
/// Needs onnx/text_model.onnx and onnx/vision_model.onnx. Thread-safe.
/// </summary>
public sealed class ClipModel : IDisposable
{
    private const string Pixels = "pixel_values";

    private readonly Engine<ClipParts> _engine;
    private readonly string _path;
    private readonly string? _precision;
    private readonly int _padding;
    private readonly ClipPixels _pixels;
    private string[] _textOutputs = [];
    private string[] _imageOutputs = [];

    private ClipModel(string path, EmbeddingModelOptions options)
    {
        (_path, _precision) = (path, options.Precision);
        Name = Path.GetFileName(path);
        var config = Json.Read(Path.Combine(path, "config.json"));
        if (config["model_type"] is { Text: not "clip" } type)
        {
            throw type.Unsupported($"'{type.Text}' is not supported (clip)");
        }

        Dimensions = config["projection_dim"].Within(1, ModelFolder.MaxDimensions);
        MaxTokens = config["text_config"]["max_position_embeddings"].Within(TransformerFolder.FewestTokens, 65_536);
        _padding = config["text_config"].OptionalValue("pad_token_id")?.Number ?? 0;
        _pixels = ClipPixels.Read(Path.Combine(path, "preprocessor_config.json"));
        _engine = new Engine<ClipParts>(Open, sharedQueue: null, options, TimeProvider.System);
        try
        {
            _ = _engine.Use(parts => Embed(parts, ""));
            _ = _engine.Use(parts => Embed(parts, new RgbImage(1, 1, new byte[3])));
        }
        catch
        {
            _engine.Dispose();
            throw;
        }
    }

    /// <summary>The folder's name.</summary>
    public string Name { get; }

    /// <summary>Length of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>Most tokens of a text; what is longer is truncated.</summary>
    public int MaxTokens { get; }

    /// <summary>Reads and checks a CLIP folder, opens its ONNX files and runs each once.</summary>
    /// <exception cref="ModelFolderException">The folder says something that is not understood, or lacks a part.</exception>
    public static ClipModel Load(string folder, EmbeddingModelOptions? options = null) =>
        new(ModelFolder.FullPath(folder), (options ?? new EmbeddingModelOptions()).Checked());

    /// <summary>One vector a text, in the order of the texts.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed, or is while texts wait.</exception>
    public async Task<IReadOnlyList<TextEmbedding>> EmbedTextsAsync(
        IReadOnlyList<string> texts,
        CancellationToken cancellationToken = default
    )
    {
        var copy = Texts.Copy(texts);
        return await _engine.RunAsync(
            InputType.Query,
            copy.Length,
            (parts, index) => Embed(parts, copy[index]),
            cancellationToken
        );
    }

    /// <summary>One vector an image, in the order of the images.</summary>
    /// <param name="images">
    /// PNG or JPEG files, up to 64 million pixels each. As in the reference, what is transparent is laid on white, and an
    /// orientation that a file states is not applied.
    /// </param>
    /// <param name="cancellationToken">Ends the call at once.</param>
    /// <exception cref="ImageException">A file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed, or is while images wait.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedImagesAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> images,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        ReadOnlyMemory<byte>[] copy = [.. images];
        return await _engine.RunAsync(
            InputType.Document,
            copy.Length,
            (parts, index) => Embed(parts, Decode(copy[index].Span, index)),
            cancellationToken
        );
    }

    /// <summary>What runs comes to its end; what waits fails with <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _engine.Dispose();

    private static RgbImage Decode(ReadOnlySpan<byte> file, int index)
    {
        try
        {
            return ImageDecoder.Decode(file);
        }
        catch (ImageException e)
        {
            throw new ImageException($"image {index}: {e.Message}");
        }
    }

    private ClipParts Open()
    {
        var tokenizer = TextTokenizer.Load(_path);
        var text = TokenNetwork.Open(OnnxFile.Find(_path, "text_model", _precision), _padding);
        OnnxNetwork? vision = null;
        try
        {
            vision = OnnxNetwork.Open(
                OnnxFile.Find(_path, "vision_model", _precision),
                TensorElementType.Float,
                Pixels
            );
            _textOutputs = [text.Onnx.Output(rank: 2, preferred: "text_embeds")];
            _imageOutputs = [vision.Output(rank: 2, preferred: "image_embeds")];
            return new ClipParts(tokenizer, text, vision);
        }
        catch
        {
            text.Dispose();
            vision?.Dispose();
            throw;
        }
    }

    private TextEmbedding Embed(ClipParts parts, string text)
    {
        var tokens = parts.Tokenizer.Encode(text, MaxTokens);
        using var outputs = parts.Text.Run([tokens], _textOutputs);
        var vector = parts.Text.Onnx.Read(outputs[0], _textOutputs[0], 1, Dimensions).ToArray();
        return new TextEmbedding(vector, tokens.Count, tokens.Truncated);
    }

    private ReadOnlyMemory<float> Embed(ClipParts parts, RgbImage image)
    {
        var pixels = new float[_pixels.Length];
        _pixels.Fill(image, pixels);
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, _pixels.EdgeLength, _pixels.EdgeLength]);
        using var outputs = parts.Vision.Run([input], _imageOutputs);
        return parts.Vision.Read(outputs[0], _imageOutputs[0], 1, Dimensions).ToArray();
    }

    private sealed record ClipParts(TextTokenizer Tokenizer, TokenNetwork Text, OnnxNetwork Vision) : IDisposable
    {
        public void Dispose()
        {
            Text.Dispose();
            Vision.Dispose();
        }
    }
}
