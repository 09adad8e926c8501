using System.Text.RegularExpressions;
using Spectre.Console;

namespace EmbeddingFunctions.Local.Console;

/// <summary>
/// What the user sees: plain lines when the output is piped, a live status while starting on a terminal.
/// Thread-safe.
/// </summary>
internal sealed partial class Screen
{
    private readonly Lock _lock = new();
    private readonly IAnsiConsole? _terminal;
    private readonly TextWriter _output;
    private readonly TextWriter _error;

    private Screen(IAnsiConsole? terminal, TextWriter output, TextWriter error) =>
        (_terminal, _output, _error) = (terminal, output, error);

    public static Screen Create() =>
        System.Console.IsOutputRedirected
            ? new Screen(terminal: null, System.Console.Out, System.Console.Error)
            : new Screen(AnsiConsole.Console, System.Console.Out, System.Console.Error);

    /// <summary>For tests: plain lines to a writer.</summary>
    public static Screen Plain(TextWriter output) => new(terminal: null, output, output);

    public void Line(string text = "")
    {
        // names of documents are others' words: no control codes
        text = Controls().Replace(text, "?");
        lock (_lock)
        {
            if (_terminal is null)
            {
                _output.WriteLine(text);
            }
            else
            {
                // not WriteLine: Spectre would wrap long lines, and addresses are there to be copied
                _terminal.Write(new ControlCode(text + "\n"));
            }
        }
    }

    public void Error(string text)
    {
        lock (_lock)
        {
            _error.WriteLine(text);
        }
    }

    [GeneratedRegex(@"[\p{Cc}-[\n\r\t]]", RegexOptions.None, 1000)]
    private static partial Regex Controls();

    /// <summary>Runs the start; what it reports is the live status on a terminal and a line elsewhere.</summary>
    public async Task StatusAsync(Func<Action<string>, Task> work)
    {
        if (_terminal is null)
        {
            await work(text => Line(text));
            return;
        }
        await _terminal
            .Status()
            .Spinner(Spinner.Known.Dots)
            .StartAsync("starting", context => work(text => context.Status(Markup.Escape(text))));
    }
}
