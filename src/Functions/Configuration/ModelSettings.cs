using System.ComponentModel.DataAnnotations;

namespace EmbeddingFunctions.Functions.Configuration;

/// <summary>Which models there are. Section <c>Models</c>.</summary>
internal sealed record ModelSettings
{
    /// <summary>Folder of model folders; if relative, to the app or the nearest folder above it that has it.</summary>
    [Required]
    public string Folder { get; init; } = "models";

    /// <summary>The model that documents are embedded with, and queries if they name none.</summary>
    [Required]
    public string Default { get; init; } = "multilingual-e5-small";

    /// <summary>Which of several weights each model is to be loaded with: <c>int8</c> is <c>model_int8.onnx</c>; none: the standard one.</summary>
    [RegularExpression("[A-Za-z0-9_]+")]
    public string? Precision { get; init; }

    /// <summary>A model that was not used for so long gives its memory back until it is needed again; none: never.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan? UnloadAfter { get; init; }

    /// <summary>Texts embedded at once, each on one thread; 0 is the number of cores.</summary>
    [Range(0, 256)]
    public int Concurrency { get; init; }
}
