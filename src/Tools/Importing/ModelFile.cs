namespace EmbeddingFunctions.Tools.Importing;

/// <param name="Path">Where it is.</param>
/// <param name="RelativePath">Where it is in the model's folder.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record ModelFile(string Path, string RelativePath, long Bytes);
