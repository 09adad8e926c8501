using Microsoft.Extensions.Logging.Abstractions;

namespace EmbeddingFunctions.Local.Console;

/// <summary>Shows log entries on the screen: one line each, no stack traces unless verbose.</summary>
internal sealed class ScreenLogger(Screen screen, bool verbose) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) =>
        categoryName.Length == 0 ? NullLogger.Instance : new Category(categoryName, screen, verbose);

    public void Dispose() { }

    /// <summary>Warnings and our own information; what the parts report twice or by design is left out.</summary>
    public static void Configure(ILoggingBuilder logging, Screen screen, bool verbose)
    {
        logging.ClearProviders();
        logging.AddProvider(new ScreenLogger(screen, verbose));
        if (verbose)
        {
            logging.SetMinimumLevel(LogLevel.Debug);
            logging.AddFilter("Grpc", LogLevel.Warning);
            logging.AddFilter("Microsoft.AspNetCore", LogLevel.Information);
            return;
        }
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("EmbeddingFunctions", LogLevel.Information);
        // Local tells what became of a document by itself
        logging.AddFilter("EmbeddingFunctions.Functions.Sync.DocumentSync", LogLevel.Warning);
        // and whether the functions are ready
        logging.AddFilter("EmbeddingFunctions.Functions.Models.Warmup", LogLevel.None);
        // the storage client warns at every 404 of a poll, and gRPC when the worker goes
        logging.AddFilter("Azure.Core", LogLevel.None);
        logging.AddFilter("Grpc", LogLevel.None);
        logging.AddFilter("Yarp", LogLevel.None);
        // MVC in the worker keeps a key ring that nothing here uses
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // a failed function is reported once, by the bridge
        logging.AddFilter("Function", LogLevel.None);
        logging.AddFilter("Host", LogLevel.None);
    }

    private sealed class Category(string name, Screen screen, bool verbose) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            var message = formatter(state, exception);
            if (exception is not null && !verbose)
            {
                message += $" ({exception.Message.Split('\n', 2)[0].Trim()})";
            }
            // what our own code says needs no address
            var who = name.StartsWith("EmbeddingFunctions.", StringComparison.Ordinal) && !verbose ? "" : $"{name}: ";
            screen.Line($"{Word(logLevel)} {who}{message}");
            if (exception is not null && verbose)
            {
                foreach (var line in exception.ToString().Split('\n'))
                {
                    screen.Line(line.TrimEnd('\r'));
                }
            }
        }

        private static string Word(LogLevel level) =>
            level switch
            {
                LogLevel.Critical or LogLevel.Error => "error",
                LogLevel.Warning => "warn ",
                LogLevel.Information => "info ",
                _ => "debug",
            };
    }
}
