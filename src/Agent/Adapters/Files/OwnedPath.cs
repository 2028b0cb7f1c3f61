using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Files;

/// <summary>The users that may own parts of a path.</summary>
internal enum PathOwner
{
    /// <summary>Only root.</summary>
    Root,

    /// <summary>Root and at most one other user. The file at the end then belongs to that user.</summary>
    OneUser,
}

/// <summary>
/// The file or folder at the end of a path, held open after every part of the real way was looked at. A check of the path alone is worth nothing: a
/// user that may write a folder on the way can put a link there between the check and the use. So each part is opened as a place, from the part
/// before it. Links are followed only by this code, and the last descriptor is the one that is used. Not for Windows.
/// </summary>
internal sealed class OwnedPath : IDisposable
{
    private const int MostLinks = 40;
    private const int NoSuchFile = 2;

    private OwnedPath(Part last, bool isMissing, uint owner) => (Handle, RealPath, Look, IsMissing, Owner) =
        (last.Handle, last.Path, last.Look, isMissing, owner);

    /// <summary>A place (O_PATH): the end of the path, or the nearest folder that is there.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>The path without links.</summary>
    public string RealPath { get; }

    public FileLook Look { get; }

    /// <summary>The path leads to nothing. <see cref="Handle"/> is then the nearest folder, and nobody else can make the file in it.</summary>
    public bool IsMissing { get; }

    /// <summary>The user that owns the end of the path.</summary>
    public uint Owner { get; }

    /// <summary>Looks at the path and opens nothing.</summary>
    /// <returns>
    /// Null when the path is in order. Otherwise the users that can change it, and what to do. Also null when the path leads to nothing and nobody
    /// else can change that.
    /// </returns>
    public static string? Problem(string path)
    {
        var (found, problem) = Open(path, PathOwner.Root);
        found?.Dispose();
        return problem;
    }

    /// <returns>Either the end of the path, or the users that can change it and what to do.</returns>
    public static (OwnedPath? Found, string? Problem) Open(string path, PathOwner allowed)
    {
        using var walk = new Walk(allowed);
        return walk.To(path);
    }

    /// <exception cref="IOException">As <see cref="RegularFile.Open"/>.</exception>
    public FileStream OpenRead() => IsMissing ? throw new FileNotFoundException("is not there") : RegularFile.Of(Handle, RealPath);

    public void Dispose() => Handle.Dispose();

    private readonly record struct Part(SafeFileHandle Handle, string Path, FileLook Look);

    private sealed class Walk(PathOwner allowed) : IDisposable
    {
        // The parts from the root down. So .. is the part before it, and does not depend on an entry that somebody made.
        private readonly List<Part> _parts = [];
        private uint _owner = FileOwner.Root;
        private bool _isMissing;

        public (OwnedPath? Found, string? Problem) To(string path)
        {
            var left = new Stack<string>();
            Push(left, Path.Combine(Environment.CurrentDirectory, path));
            var problem = Enter("/");
            for (var links = 0; problem is null && !_isMissing && left.TryPop(out var name);)
            {
                if (name == "..")
                    Leave();
                else
                    problem = Enter(name);
                if (problem is null && !_isMissing && _parts[^1].Look.Kind == FileKind.Link)
                    problem = ++links > MostLinks ? $"{path} leads through more than {MostLinks} links" : Follow(left);
            }

            return problem is null ? End(path) : (null, problem);
        }

        public void Dispose()
        {
            foreach (var part in _parts)
                part.Handle.Dispose();
        }

        private (OwnedPath? Found, string? Problem) End(string path)
        {
            var last = _parts[^1];
            if (last.Look.Owner != _owner)
                return (null, $"{last.Path} belongs to user {last.Look.Owner}, and user {_owner} may put something else in its place: chown {_owner} "
                    + $"{last.Path}");
            // In a sticky folder no user can remove a file of another user. But a user may be the first to make a file that is not there yet.
            if (_owner == FileOwner.Root && last.Look.OthersMayWrite)
                return (null, _isMissing ? Makeable(path, last.Path) : Writable(last.Path));
            // The last part belongs to the caller from now on.
            _parts.RemoveAt(_parts.Count - 1);
            return (new OwnedPath(last, _isMissing, _owner), null);
        }

        private string? Enter(string name)
        {
            var path = _parts is [] ? name : Path.Combine(_parts[^1].Path, name);
            var handle = Descriptor.Open(_parts is [] ? null : _parts[^1].Handle, name, OpenFlags.Place);
            if (handle.IsInvalid)
            {
                var error = Marshal.GetLastPInvokeError();
                _isMissing = error == NoSuchFile;
                return _isMissing ? null : $"{path}: {new Win32Exception(error).Message}";
            }

            if (FileLook.At(handle) is not { } look)
            {
                handle.Dispose();
                return $"{path}: its owner cannot be told";
            }

            _parts.Add(new Part(handle, path, look));
            return Judge(path, look);
        }

        private string? Judge(string path, FileLook look)
        {
            if (look.Owner == FileOwner.Root)
            {
                // A file of the one user may be open to others: that is the choice of this user, also when the daemon is this user.
                return look.OthersMayWrite && !(look.Kind == FileKind.Folder && look.Mode.HasFlag(UnixFileMode.StickyBit)) ? Writable(path) : null;
            }

            if (allowed == PathOwner.Root)
                return $"{path} belongs to user {look.Owner}; root must own every part of a path that it trusts: "
                    + $"chown {(look.Kind == FileKind.Link ? "-h " : "")}root {path}";
            if (_owner != FileOwner.Root && look.Owner != _owner)
                return $"{path} belongs to user {look.Owner}, and a part of the path before it to user {_owner}; "
                    + $"besides root, only one user may own parts of a path: chown {_owner} {path}";
            _owner = look.Owner;
            return null;
        }

        private static string Writable(string path) =>
            $"{path} may be written by others than root; only root may write to a path that it trusts: chmod go-w {path}";

        private static string Makeable(string path, string folder) =>
            $"{path} is not there, and others than root may make it, because they may write to {folder}: make it first, as root";

        private string? Follow(Stack<string> left)
        {
            var link = _parts[^1];
            if (Descriptor.TargetOf(link.Handle) is not { } target)
                return $"{link.Path} is a link that cannot be read";
            Leave();
            if (Path.IsPathRooted(target))
            {
                while (_parts.Count > 1)
                    Leave();
            }

            Push(left, target);
            return null;
        }

        private void Leave()
        {
            // As in the kernel, the parent of the root is the root.
            if (_parts.Count == 1)
                return;
            _parts[^1].Handle.Dispose();
            _parts.RemoveAt(_parts.Count - 1);
        }

        private static void Push(Stack<string> left, string path)
        {
            foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(n => n != ".").Reverse())
                left.Push(name);
        }
    }
}
