using EmbeddingFunctions.Local.Console;

namespace EmbeddingFunctions.Local;

/// <summary>What the user reads once everything runs.</summary>
internal static class ReadyScreen
{
    /// <param name="screen">Where it goes.</param>
    /// <param name="endpoints">What is where.</param>
    /// <param name="options">How Local was called.</param>
    /// <param name="took">Time since the start.</param>
    /// <param name="failure">Why the functions cannot work; null if they can.</param>
    public static void Print(Screen screen, Endpoints endpoints, LocalOptions options, TimeSpan took, string? failure)
    {
        screen.Line();
        screen.Line(
            failure is null
                ? $"Ready after {took.TotalSeconds:0.0} s"
                : $"Started after {took.TotalSeconds:0.0} s, but not ready: {failure}"
        );
        screen.Line();
        screen.Line($"  functions  {endpoints.Functions}");
        screen.Line($"  blobs      {endpoints.Blob}");
        screen.Line($"  queues     {endpoints.Queue}");
        screen.Line($"  tables     {endpoints.Table}");
        screen.Line($"  search     {endpoints.Search}");
        screen.Line($"  data       {options.Data}");
        screen.Line();
        screen.Line("Ask, in any language:");
        screen.Line($"  curl '{new Uri(endpoints.Functions, "api/search")}?q=苹果'");
        if (endpoints.Sas is { } sas)
        {
            screen.Line($"Drop a file into '{options.Container}':");
            screen.Line(
                $"  curl -T README.md -H 'x-ms-blob-type: BlockBlob' '{sas.GetLeftPart(UriPartial.Path)}/README.md{sas.Query}'"
            );
        }
        screen.Line();
    }
}
