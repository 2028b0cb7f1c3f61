namespace Agent.Adapters.Files;

/// <summary>
/// A file that is there whole or not at all, whoever looks and whenever the power goes: written beside its place and renamed.
/// Nobody can have prepared the name that is written to, and a link that has the final name is replaced, not followed.
/// </summary>
internal static class WholeFile
{
    /// <summary>What a writer that was killed leaves behind ends so.</summary>
    public const string NewEnding = ".new";

    /// <param name="path">Where it will be; its folder is made.</param>
    /// <param name="text">What is in it.</param>
    /// <param name="mode">Who may read it from its first moment on; null: as the process makes files.</param>
    public static void Write(string path, string text, UnixFileMode? mode = null) => Write(path, mode, overwrite: true, file =>
    {
        using var writer = new StreamWriter(file, leaveOpen: true);
        writer.Write(text);
    });

    /// <summary>For what is learned anew when it is lost: a disk that takes nothing is told of by others, and stops nobody who learns.</summary>
    public static void WriteLearned(string path, string text)
    {
        try
        {
            Write(path, text);
        }
        catch (IOException refused) when (DiskRefusals.Of(refused) is not null)
        {
            // What was there before stays.
        }
    }

    /// <exception cref="IOException">It cannot be written, or is there and is not to be overwritten.</exception>
    public static void Write(string path, UnixFileMode? mode, bool overwrite, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + NewEnding;
        File.Delete(temporary);
        try
        {
            using (var file = Create(temporary, mode))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite);
        }
        catch
        {
            // On a full disk a torn file would keep the room that the next try needs.
            File.Delete(temporary);
            throw;
        }
    }

    // CreateNew is O_CREAT with O_EXCL: it fails where the name is there, a link that leads nowhere too.
    private static FileStream Create(string path, UnixFileMode? mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows() || mode is not { } wanted)
            return new FileStream(path, options);
        options.UnixCreateMode = wanted;
        var file = new FileStream(path, options);
        // The mode at creation is cut by the umask.
        File.SetUnixFileMode(file.SafeFileHandle, wanted);
        return file;
    }
}
