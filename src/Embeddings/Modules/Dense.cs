using System.Numerics.Tensors;
using EmbeddingFunctions.Embeddings.Folders;

namespace EmbeddingFunctions.Embeddings.Modules;

/// <summary>activation(weight · vector + bias), the weights from model.safetensors.</summary>
internal sealed class Dense : IVectorModule
{
    private const string Sentence = "sentence_embedding";

    private readonly int _from;
    private readonly int _to;
    private readonly float[] _weight;
    private readonly float[]? _bias;
    private readonly Activation _activation;

    private Dense(int from, int to, float[] weight, float[]? bias, Activation activation) =>
        (_from, _to, _weight, _bias, _activation) = (from, to, weight, bias, activation);

    public int? From => _from;

    public int To(int from) => _to;

    public float[] Apply(float[] vector)
    {
        var result = new float[_to];
        for (var row = 0; row < _to; row++)
        {
            result[row] = TensorPrimitives.Dot(_weight.AsSpan(row * _from, _from), vector) + (_bias?[row] ?? 0);
        }

        _activation.Apply(result);
        return result;
    }

    public static Dense Read(string folder)
    {
        var config = Json.Read(Path.Combine(folder, "config.json"));
        foreach (var name in new[] { "module_input_name", "module_output_name" })
        {
            if (config.OptionalValue(name) is { } features && features.Text != Sentence)
            {
                throw features.Unsupported($"'{features.Text}' is not supported ({Sentence})");
            }
        }

        if (config.OptionalValue("use_residual") is { Flag: true } residual)
        {
            throw residual.Unsupported("true is not supported (false)");
        }

        var (from, to) = (
            config["in_features"].Within(1, ModelFolder.MaxDimensions),
            config["out_features"].Within(1, ModelFolder.MaxDimensions)
        );
        var activation = Activation.Read(config["activation_function"]);
        using var weights = OpenWeights(folder);
        return new Dense(
            from,
            to,
            weights.Read("linear.weight", to, from),
            config["bias"].Flag ? weights.Read("linear.bias", to) : null,
            activation
        );
    }

    private static SafeTensors OpenWeights(string folder)
    {
        var path = Path.Combine(folder, "model.safetensors");
        return (File.Exists(path), File.Exists(Path.Combine(folder, "pytorch_model.bin"))) switch
        {
            (true, _) => SafeTensors.Open(path),
            (_, true) => throw new ModelFolderException(
                $"{folder}: found pytorch_model.bin, a pickle that can run any code and is not read, expected model.safetensors"
            ),
            _ => throw new ModelFolderException($"{path}: the file is missing"),
        };
    }
}
