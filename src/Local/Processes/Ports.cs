using System.Net;
using System.Net.Sockets;

namespace EmbeddingFunctions.Local.Processes;

internal static class Ports
{
    /// <summary>Says early, and in one sentence, that a wanted port is taken.</summary>
    /// <exception cref="LocalException">Something listens there.</exception>
    public static void RequireFree(int port, string what, string option)
    {
        if (port == 0)
        {
            return;
        }
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException e)
        {
            throw new LocalException(
                $"Port {port}, wanted for {what}, cannot be used: {Reason(e)}. Choose another one with {option}, or 0 for any.",
                e
            );
        }
    }

    private static string Reason(SocketException e) =>
        e.SocketErrorCode == SocketError.AddressAlreadyInUse ? "it is in use" : e.Message;
}
