using Spectre.Console;

namespace EmbeddingFunctions.Tools;

/// <summary>Results on standard output; a progress bar on standard error if that is a terminal.</summary>
internal sealed class Screen(TextWriter output, TextWriter error, IAnsiConsole? bar)
{
    public static Screen Create() =>
        new(
            Console.Out,
            Console.Error,
            Console.IsErrorRedirected
                ? null
                : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) })
        );

    public void Line(string text) => output.WriteLine(text);

    public void Error(string text) => error.WriteLine(text);

    /// <summary>Runs work that reports how many of <paramref name="total"/> steps are done.</summary>
    public async Task ProgressAsync(string what, double total, Func<Action<double>, Task> work)
    {
        if (bar is null)
        {
            await error.WriteLineAsync(what);
            await work(_ => { });
            return;
        }

        await bar.Progress()
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            )
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(what), maxValue: total);
                await work(done => task.Value = done);
            });
    }
}
