using System.Net.Sockets;

namespace Agent.Notifications;

/// <summary>Why a receiver cannot be reached, for people. The system's own words name the address.</summary>
internal static class ConnectionWords
{
    public static string Of(SocketException broken)
    {
        var code = broken.SocketErrorCode;
        return code switch
        {
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"its name is not known ({code})",
            SocketError.ConnectionRefused or SocketError.AddressNotAvailable => $"nothing answers there ({code})",
            SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => $"it ended the connection ({code})",
            SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown => $"no way leads there ({code})",
            SocketError.AccessDenied => $"the agent's user may not write there ({code})",
            _ => $"{code}",
        };
    }

    public static string Of(IOException broken) => broken.InnerException is SocketException socket ? Of(socket) : "it ended the connection";
}
