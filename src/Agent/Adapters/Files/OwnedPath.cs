using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Files;

/// <summary>Who may have a hand in where a path leads.</summary>
internal enum PathOwner
{
    /// <summary>Root and nobody else.</summary>
    Root,

    /// <summary>Root, and at most one other user, to whom then belongs what it leads to.</summary>
    OneUser,
}

/// <summary>
/// What a path leads to, held open, after every part of the real way was looked at. A check of the path alone is worth
/// nothing: whoever may write a folder on the way puts a link in its place between the check and the use. So each part is
/// opened from the one before as a place, no link is followed but by hand, and what is used is the last descriptor.
/// Not for Windows.
/// </summary>
internal sealed class OwnedPath : IDisposable
{
    private const int MostLinks = 40;
    private const int NoSuchFile = 2;

    private OwnedPath(Part last, bool isMissing, uint owner) => (Handle, RealPath, Look, IsMissing, Owner) = (last.Handle, last.Path, last.Look, isMissing, owner);

    /// <summary>A place (O_PATH): of what the path leads to, or of the nearest folder that is there.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Without links.</summary>
    public string RealPath { get; }

    public FileLook Look { get; }

    /// <summary>The path leads to nothing; <see cref="Handle"/> is the nearest folder, in which nobody else can make it.</summary>
    public bool IsMissing { get; }

    /// <summary>Whose it is.</summary>
    public uint Owner { get; }

    /// <summary>Looks only.</summary>
    /// <returns>Null, or in whose hands the path is and what to do. Null also when it leads to nothing and nobody else can change that.</returns>
    public static string? Problem(string path)
    {
        var (found, problem) = Open(path, PathOwner.Root);
        found?.Dispose();
        return problem;
    }

    /// <returns>Either what it leads to, or in whose hands it is and what to do.</returns>
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
        // From the root down, so that .. is the one before and nobody's word.
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
                return (null, $"{last.Path} belongs to user {last.Look.Owner}, and user {_owner} may put something else in its place: chown {_owner} {last.Path}");
            // In a sticky folder nobody takes away what is another's; but he may be the first to make what is not there yet.
            if (_owner == FileOwner.Root && last.Look.OthersMayWrite)
                return (null, _isMissing ? $"{path} is not there, and others than root may make it, as {last.Path} may be written by them: make it first, as root" : Writable(last.Path));
            // The caller's from now on.
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
                // What belongs to the one user is open to whom he likes, for the daemon as well.
                return look.OthersMayWrite && !(look.Kind == FileKind.Folder && look.Mode.HasFlag(UnixFileMode.StickyBit)) ? Writable(path) : null;
            }

            if (allowed == PathOwner.Root)
                return $"{path} belongs to user {look.Owner}; what root trusts is root's on its whole path: chown {(look.Kind == FileKind.Link ? "-h " : "")}root {path}";
            if (_owner != FileOwner.Root && look.Owner != _owner)
                return $"{path} belongs to user {look.Owner}, and a part of the path before it to user {_owner}; at most one user beside root may have a hand in it: chown {_owner} {path}";
            _owner = look.Owner;
            return null;
        }

        private static string Writable(string path) => $"{path} may be written by others than root; what root trusts is root's on its whole path: chmod go-w {path}";

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
            // As for the kernel, the root is above itself.
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
