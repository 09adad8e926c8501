using System.Runtime.InteropServices;

namespace EmbeddingFunctions.Local;

/// <summary>The first Ctrl-C (or SIGTERM) asks for a stop, the second one ends the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations;

    public StopSignals() =>
        _registrations = [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }.Select(
                signal => PosixSignalRegistration.Create(signal, OnSignal)
            ),
        ];

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // left alone, the second signal does what it does by default: the process ends and its children see it
        context.Cancel = !_stop.IsCancellationRequested;
        // off the signal thread, which must not run the whole stop
        _ = _stop.CancelAsync();
    }
}
