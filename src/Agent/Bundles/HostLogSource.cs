using Agent.Adapters.Files;
using Agent.Configuration.Declared;

namespace Agent.Bundles;

/// <summary>Logs of driver, installer and vendor tools, from folders, files and patterns of the configuration.</summary>
internal sealed class HostLogSource(IReadOnlyList<string> paths) : IBundleSource
{
    public static readonly Setting<IReadOnlyList<string>> Paths = Setting.List(
        "host_logs",
        ["/var/log/ascend_seclog", "/var/log/nputools_LOG_*", "/var/log/hotreset_status.log", "/var/log/hccn_tool", "/var/log/lqdcmitools*", "/var/log/npu"],
        "Logs of driver and vendor tools: files or folders, * and ? in the last part. Of each file the last 20 MB.",
        path => !Path.IsPathRooted(path) ? $"'{path}' is no absolute path"
            : Path.GetDirectoryName(path)?.AsSpan().ContainsAny('*', '?') == true ? $"'{path}': * and ? are allowed in the last part only"
            : null);

    public static readonly DeclaredSource Declared = new("host-logs", Paths);

    private const long FileBytes = 20_000_000;

    public string Name => Declared.Name;

    public bool IsSlow => true;

    public Loss LostBy => Loss.Nothing;

    public Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        foreach (var path in paths)
        {
            try
            {
                var (source, files) = Find(path);
                if (source is null || files.Count == 0)
                    folder.Absent(path);
                else
                    folder.WriteFiles(source, files, name => $"npu-agent/host-logs{Path.Combine(source.Path, name)}", FileBytes);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                folder.Note(refused.Message);
            }
        }

        return Task.CompletedTask;
    }

    private static (PlainFolder? Source, List<FileInfo> Files) Find(string path)
    {
        if (PlainFolder.Find(path) is { } whole)
            return (whole, NewestFirst(whole.Files()));
        var source = PlainFolder.Find(Path.GetDirectoryName(path) ?? "/");
        return (source, source is null ? [] : NewestFirst(source.Files(Path.GetFileName(path), below: false)));
    }

    private static List<FileInfo> NewestFirst(IEnumerable<FileInfo> files) => [.. files.OrderByDescending(f => f.LastWriteTimeUtc)];
}
