using System.Runtime.InteropServices;

namespace EmbeddingFunctions.Embeddings.Running;

/// <summary>
/// Lets documents give way to queries and to everything else the process does: with as many documents in work as there are
/// cores, a query would otherwise wait some milliseconds for the scheduler to find it one.
/// </summary>
internal static class OwnPriority
{
    private const int NiceBelowNormal = 5;

    /// <summary>Of the thread that calls. Only a wish: where the system refuses it, nothing is lost but latency.</summary>
    public static void Set(ThreadPriority priority)
    {
        Thread.CurrentThread.Priority = priority;
        if (priority == ThreadPriority.BelowNormal && OperatingSystem.IsLinux())
        {
            // .NET leaves priorities alone on Linux. There, 0 and 0 mean the calling thread, and anybody may be nicer.
            _ = SetPriority(which: 0, who: 0, NiceBelowNormal);
        }
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int nice);
}
