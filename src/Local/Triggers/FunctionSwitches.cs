namespace EmbeddingFunctions.Local.Triggers;

/// <summary>Functions that a setting switches off: `AzureWebJobs.NAME.Disabled` or `AzureWebJobs_NAME_Disabled`.</summary>
internal static class FunctionSwitches
{
    public static bool IsDisabled(IConfiguration settings, string function) =>
        IsOn(settings[$"AzureWebJobs.{function}.Disabled"]) || IsOn(settings[$"AzureWebJobs_{function}_Disabled"]);

    private static bool IsOn(string? value) =>
        string.Equals(value, "true", StringComparison.OrdinalIgnoreCase)
        || string.Equals(value, "1", StringComparison.Ordinal);
}
