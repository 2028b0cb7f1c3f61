using System.Text;

namespace Agent.Bundles;

/// <summary>
/// Where one source puts its files before they are packed. Everything goes through redaction and under a size cap; symbolic
/// links are left out, because a link planted in a log folder would carry any file of the host away.
/// </summary>
internal sealed class BundleFolder(string path, Redaction redaction, long maxBytes)
{
    private static readonly EnumerationOptions NoLinks = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private readonly List<string> _problems = [];
    private long _written;

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>A source could not get something; the rest goes on.</summary>
    public void Note(string problem) => _problems.Add(redaction.Clean(problem));

    public void Write(string name, string text)
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));
        Write(name, source);
    }

    public void Write(string name, Stream source)
    {
        var target = Path.Combine(path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using var file = new FileStream(target, FileMode.Create, FileAccess.Write);
        var room = maxBytes - _written;
        var whole = redaction.Copy(source, file, room);
        _written += file.Length;
        if (!whole)
            Note($"{name}: cut at {file.Length} bytes, the source may use {maxBytes}");
    }

    /// <summary>Takes over a folder that a collector filled.</summary>
    public void WriteFolder(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", NoLinks).Order(StringComparer.Ordinal).ToList();
        for (var i = 0; i < files.Count; i++)
        {
            if (_written >= maxBytes)
            {
                Note($"{files.Count - i} more files left out, the source may use {maxBytes} bytes");
                return;
            }

            var name = Path.GetRelativePath(folder, files[i]);
            try
            {
                using var source = new FileStream(files[i], FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                Write(name, source);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                Note($"{name}: {refused.Message}");
            }
        }
    }
}
