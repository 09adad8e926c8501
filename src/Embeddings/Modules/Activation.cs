using System.Numerics.Tensors;

namespace EmbeddingFunctions.Embeddings.Modules;

/// <summary>A function of each number of a vector, named as PyTorch names it.</summary>
internal sealed class Activation
{
    public static readonly Activation Identity = new(_ => { });

    public static readonly Activation Sigmoid = new(vector =>
    {
        foreach (ref var x in vector)
        {
            x = (float)(1 / (1 + Math.Exp(-x)));
        }
    });

    private readonly Function _function;

    private Activation(Function function) => _function = function;

    private delegate void Function(Span<float> vector);

    public void Apply(Span<float> vector) => _function(vector);

    public float Apply(float x)
    {
        Apply(new Span<float>(ref x));
        return x;
    }

    public static Activation Read(Json name) =>
        name.Text switch
        {
            "torch.nn.modules.linear.Identity" => Identity,
            "torch.nn.modules.activation.Sigmoid" => Sigmoid,
            "torch.nn.modules.activation.Tanh" => new(vector => TensorPrimitives.Tanh(vector, vector)),
            "torch.nn.modules.activation.ReLU" => new(vector => TensorPrimitives.Max(vector, 0, vector)),
            "torch.nn.modules.activation.GELU" => new(Gelu),
            "torch.nn.modules.activation.SiLU" => new(Silu),
            var other => throw name.Unsupported(
                $"activation '{other}' is not supported (Identity, Tanh, ReLU, GELU, SiLU and Sigmoid of torch.nn.modules)"
            ),
        };

    private static void Silu(Span<float> vector)
    {
        foreach (ref var x in vector)
        {
            x = (float)(x / (1 + Math.Exp(-x)));
        }
    }

    private static void Gelu(Span<float> vector)
    {
        foreach (ref var x in vector)
        {
            x = (float)(x * 0.5 * (1 + Erf(x / Math.Sqrt(2))));
        }
    }

    /// <summary>By its series of positive terms, 2/√π e^(-x²) Σ 2^n x^(2n+1) / (2n+1)!! (Abramowitz and Stegun 7.1.6).</summary>
    private static double Erf(double x)
    {
        // beyond 6, 1 to a double's last digit
        if (Math.Abs(x) > 6)
        {
            return Math.Sign(x);
        }

        var (sum, term) = (0.0, x);
        for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            sum += term;
            term *= 2 * x * x / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
