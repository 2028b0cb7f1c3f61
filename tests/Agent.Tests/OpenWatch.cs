using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Agent.Tests;

/// <summary>Tells which files of a folder anybody opened (inotify): OpenWatcher tells of changes alone.</summary>
internal sealed partial class OpenWatch : IDisposable
{
    private const int NonBlocking = 0x800;
    private const uint Open = 0x20;
    private const int NameAt = 16;
    private const int LengthAt = 12;

    private readonly SafeFileHandle _watch;

    public OpenWatch(string folder)
    {
        _watch = new SafeFileHandle(Begin(NonBlocking), ownsHandle: true);
        Assert.True(Add((int)_watch.DangerousGetHandle(), folder, Open) > 0);
    }

    public List<string> Opened()
    {
        List<string> names = [];
        var events = new byte[64 * 1024];
        while ((int)Read((int)_watch.DangerousGetHandle(), events, events.Length) is > 0 and var length)
        {
            for (var at = 0; at < length;)
            {
                var name = BitConverter.ToInt32(events, at + LengthAt);
                names.Add(Encoding.UTF8.GetString(events, at + NameAt, name).TrimEnd('\0'));
                at += NameAt + name;
            }
        }

        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    public void Dispose() => _watch.Dispose();

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Begin(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Add(int watch, string path, uint events);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int watch, byte[] events, nint size);
}
