using System.Diagnostics;
using System.Runtime.InteropServices;

/// <summary>
/// Runs inside the worker before its Main (DOTNET_STARTUP_HOOKS names this assembly): a worker lives as long as its
/// standard input, which the system closes when Local is killed. Touches nothing but the base library, because the
/// worker has none of Local's packages.
/// </summary>
#pragma warning disable CA1050, MA0047 // the runtime wants this name in no namespace
internal static class StartupHook
{
    public static void Initialize()
    {
        if (!OperatingSystem.IsWindows())
        {
            // Ctrl-C reaches every process of a terminal's group; the worker must finish its work when Local says so.
            _ = SetProcessGroup(0, 0);
        }
        new Thread(Watch) { IsBackground = true, Name = "parent" }.Start();
    }

    private static void Watch()
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0) { }
        Process.GetCurrentProcess().Kill();
    }

    [DllImport("libc", EntryPoint = "setpgid")]
    private static extern int SetProcessGroup(int process, int group);
}
