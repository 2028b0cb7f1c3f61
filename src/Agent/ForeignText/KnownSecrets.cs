using Agent.Adapters.Files;

namespace Agent.ForeignText;

/// <summary>
/// The secrets of the configuration, with the present contents of its files. A key that was exchanged is known at once: an engine may print it in
/// the same second. The former key stays known, because old lines still hold it.
/// </summary>
internal sealed class KnownSecrets(IReadOnlyList<string> files, IReadOnlyList<string> values)
{
    public static readonly KnownSecrets None = new([], []);

    // No key file is longer. But a path may be written wrong and lead to a large file.
    private const int FileBytes = 64 * 1024;

    private readonly Lock _looking = new();
    private readonly HashSet<string> _secrets = new(values, StringComparer.Ordinal);
    private readonly DateTime[] _written = new DateTime[files.Count];
    private Redaction? _redaction;

    public Redaction Redaction
    {
        get
        {
            if (files.Count == 0 && _redaction is { } known)
                return known;
            lock (_looking)
            {
                var before = _secrets.Count;
                for (var i = 0; i < files.Count; i++)
                    Look(i);
                return _redaction = _redaction is { } same && _secrets.Count == before ? same : new Redaction(_secrets);
            }
        }
    }

    private void Look(int file)
    {
        try
        {
            var found = new FileInfo(files[file]);
            if (!found.Exists || found.LastWriteTimeUtc == _written[file])
                return;
            using var content = RegularFile.OpenOwned(files[file]);
            var text = new byte[FileBytes];
            var read = content.ReadAtLeast(text, FileBytes, throwOnEndOfStream: false);
            _secrets.Add(System.Text.Encoding.UTF8.GetString(text, 0, read));
            _written[file] = found.LastWriteTimeUtc;
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            // If this user may not read the file, a command of this user cannot know the secret either. The daemon tells of it at its start.
        }
    }
}
