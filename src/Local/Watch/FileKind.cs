using System.Runtime.InteropServices;
using System.Text;

namespace EmbeddingFunctions.Local.Watch;

/// <summary>What .NET does not tell of a file: named pipes, sockets and devices look like regular files to it.</summary>
internal static class FileKind
{
    // man 2 statx: the structure is the same on every architecture
    private const int CurrentFolder = -100;
    private const uint TypeOnly = 1;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>
    /// False if opening the path, links followed, could wait for ever. Only Linux is asked; what cannot be told counts as regular.
    /// </summary>
    public static bool IsRegular(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }
        try
        {
            var found = new byte[256];
            return StatX(CurrentFolder, [.. Encoding.UTF8.GetBytes(path), 0], 0, TypeOnly, found) != 0
                || (BitConverter.ToUInt16(found, ModeOffset) & TypeMask) == Regular;
        }
        catch (EntryPointNotFoundException)
        {
            // a C library from before 2018
            return true;
        }
    }

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int StatX(int folder, byte[] path, int flags, uint mask, [Out] byte[] found);
}
