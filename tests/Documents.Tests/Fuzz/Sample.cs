namespace EmbeddingFunctions.Documents.Tests.Fuzz;

/// <summary>A whole file that is damaged, with the format to count it under.</summary>
internal sealed record Sample(string Format, string Name, byte[] Bytes);
