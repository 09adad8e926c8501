namespace EmbeddingFunctions.Functions.Configuration;

/// <summary>A section of the settings and the record that it becomes.</summary>
internal sealed record SettingsSection(string Name, Type Type);
