using System.Net;
using EmbeddingFunctions.Local.Console;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EmbeddingFunctions.Local;

/// <summary>What the web servers of Local have in common.</summary>
internal static class Servers
{
    /// <summary>
    /// Nothing comes from the environment (ASPNETCORE_URLS is meant for others), signals are Local's business, and
    /// what is logged goes to the screen.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(Screen screen, bool verbose)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        ScreenLogger.Configure(builder.Logging, screen, verbose);
        return builder;
    }

    /// <summary>Loopback only, by both protocols where the port is fixed (`localhost` may mean either).</summary>
    public static void Listen(WebApplicationBuilder builder, int port, Action<ListenOptions>? configure = null) =>
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // whatever is streamed through is bounded by its receiver
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            if (port == 0)
            {
                kestrel.Listen(IPAddress.Loopback, 0, Http1);
            }
            else
            {
                kestrel.ListenLocalhost(port, Http1);
            }

            void Http1(ListenOptions listen)
            {
                listen.Protocols = HttpProtocols.Http1;
                configure?.Invoke(listen);
            }
        });

    /// <exception cref="LocalException">The port is taken.</exception>
    public static async Task StartAsync(
        WebApplication app,
        string what,
        string option,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new LocalException($"{e.Message} Choose another port for {what} with {option}.", e);
        }
    }

    /// <summary>Never `localhost`: Azure's storage client finds the account in the path only behind an IP address.</summary>
    public static Uri Address(WebApplication app) => new($"http://127.0.0.1:{new Uri(app.Urls.First()).Port}");

    /// <summary>Several hosts live in this process; none of them may react to signals.</summary>
    public sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
