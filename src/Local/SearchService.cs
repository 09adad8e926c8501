using System.Net;
using EmbeddingFunctions.Local.Console;

namespace EmbeddingFunctions.Local;

/// <summary>The search service in this process.</summary>
internal static class SearchService
{
    /// <summary>A web application that listens on a free loopback port once it is started.</summary>
    public static WebApplication Create(string dataFolder, string? apiKey)
    {
        Directory.CreateDirectory(dataFolder);
        var builder = Servers.CreateBuilder(Screen.Plain(TextWriter.Null), verbose: false);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(context =>
            Results
                .Problem($"This build has no search emulator (key: {apiKey is not null}).", statusCode: 501)
                .ExecuteAsync(context)
        );
        return app;
    }
}
