using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Files;

/// <summary>
/// The file of a Unix socket that only its user and its group may open, from its first moment on. It lies in a folder that nobody else may change.
/// Otherwise the agent would delete, open or talk to a link or a socket that somebody planted there.
/// </summary>
internal static class SocketFile
{
    private const UnixFileMode UserAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode FolderMode = (UnixFileMode)0b111_101_101;

    /// <summary>Makes the folder. Removes the socket of an agent that was killed, because it would make the bind fail.</summary>
    /// <exception cref="IOException">The folder is open to others, or the file there is no socket.</exception>
    public static void Prepare(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, FolderMode);
            if (ProblemOf(folder) is { } problem)
                throw new IOException(problem);
            if (FileLook.At(path) is { Kind: not FileKind.Socket } other)
                throw new IOException($"{path} is no socket ({KindText(other.Kind)}); the agent does not delete it: move it away, or name another file");
        }

        File.Delete(path);
    }

    private static string KindText(FileKind kind) => kind switch
    {
        FileKind.Regular => "a regular file",
        FileKind.Folder => "a folder",
        FileKind.Link => "a link",
        _ => "a device or a pipe",
    };

    public static Socket Bind(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // The kernel gives the file the mode of the socket, less the umask. So the file is never open to others, whatever the umask is.
            if (OperatingSystem.IsLinux())
                File.SetUnixFileMode(new SafeFileHandle(socket.Handle, ownsHandle: false), UserAndGroup);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            // The umask may have taken rights from the group; here the group gets them back.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UserAndGroup);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string? ProblemOf(string folder)
    {
        var (found, problem) = OwnedPath.Open(folder, FileOwner.IsRoot ? PathOwner.Root : PathOwner.OneUser);
        using (found)
        {
            if (found is null)
                return problem;
            if (found.Owner != FileOwner.Root && found.Owner != FileOwner.Self)
                return $"{found.RealPath} belongs to user {found.Owner}, who may put something else in the socket's place: name a folder of this user";
            return found.Look.OthersMayWrite
                ? $"{found.RealPath} may be written by others than its owner, who may put something else in the socket's place: chmod go-w {found.RealPath}"
                : null;
        }
    }
}
