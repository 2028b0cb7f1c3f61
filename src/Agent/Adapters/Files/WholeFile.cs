namespace Agent.Adapters.Files;

/// <summary>
/// A file that is there whole or not at all, for every reader and after a loss of power. It is written beside its place and then renamed. Nobody can
/// prepare the name that is written to. A link at the final name is replaced, not followed.
/// </summary>
internal static class WholeFile
{
    /// <summary>The ending of the file that a killed writer leaves behind.</summary>
    public const string NewEnding = ".new";

    /// <param name="path">The final path; its folder is made.</param>
    /// <param name="text">The content.</param>
    /// <param name="mode">The rights from the first moment on; null: the rights that the process gives to new files.</param>
    public static void Write(string path, string text, UnixFileMode? mode = null) => Write(path, mode, overwrite: true, file =>
    {
        using var writer = new StreamWriter(file, leaveOpen: true);
        writer.Write(text);
    });

    /// <summary>
    /// For a file that is learned anew when it is lost. A disk that takes nothing is no error here: other parts tell of it, and the learning goes on.
    /// </summary>
    public static void WriteLearned(string path, string text)
    {
        try
        {
            Write(path, text);
        }
        catch (IOException refused) when (DiskRefusals.Of(refused) is not null)
        {
            // The file that was there before stays.
        }
    }

    /// <exception cref="IOException">The file cannot be written, or it is there and must not be overwritten.</exception>
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

    // CreateNew is O_CREAT with O_EXCL: it fails if the name is there, also if it is a link that leads nowhere.
    private static FileStream Create(string path, UnixFileMode? mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows() || mode is not { } wanted)
            return new FileStream(path, options);
        options.UnixCreateMode = wanted;
        var file = new FileStream(path, options);
        // The umask reduces the mode at creation.
        File.SetUnixFileMode(file.SafeFileHandle, wanted);
        return file;
    }
}
