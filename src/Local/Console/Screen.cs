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
    private bool _isStopping;

    private Screen(IAnsiConsole? terminal, TextWriter output, TextWriter error) =>
        (_terminal, _output, _error) = (terminal, output, error);

    public static Screen Create() =>
        System.Console.IsOutputRedirected
            ? new Screen(terminal: null, System.Console.Out, System.Console.Error)
            : new Screen(AnsiConsole.Console, System.Console.Out, System.Console.Error);

    /// <summary>For tests: plain lines to a writer.</summary>
    public static Screen Plain(TextWriter output) => new(terminal: null, output, output);

    /// <summary>Prints one line. Names of documents are others' words: what would break it is shown as an escape.</summary>
    public void Line(string text = "")
    {
        text = Escaped(text);
        lock (_lock)
        {
            if (_isStopping)
            {
                return;
            }
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

    /// <summary>Says that everything stops; nothing but errors comes after it.</summary>
    public void Stopping()
    {
        Line("stopping ...");
        lock (_lock)
        {
            _isStopping = true;
        }
    }

    public void Error(string text)
    {
        lock (_lock)
        {
            _error.WriteLine(text);
        }
    }

    private static string Escaped(string text) =>
        Breaking()
            .Replace(
                text,
                found =>
                    found.Value switch
                    {
                        "\n" => @"\n",
                        "\r" => @"\r",
                        "\t" => @"\t",
                        [var other] => $@"\u{(int)other:X4}",
                        _ => found.Value,
                    }
            );

    // controls, line separators, and what turns the direction of writing for the rest of the line
    [GeneratedRegex(@"[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]", RegexOptions.None, 1000)]
    private static partial Regex Breaking();

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
