using Agent.Adapters.Files;
using Agent.Configuration.Declared;

namespace Agent.Bundles;

/// <summary>
/// The application logs of CANN (plog). The codes of runtime, HCCL and driver stand there before Python turns them into a traceback. CANN never
/// cleans its folder, so only files of this run are taken; each file belongs to one process.
/// </summary>
internal sealed class CannLogSource(IReadOnlyList<EngineTrace> engines) : IBundleSource
{
    public static readonly DeclaredSource Declared = new("cann-logs");

    // ascend-fd refuses a longer file.
    private const long FileBytes = 20_000_000;

    // Files appear a moment before the agent writes down the start.
    private static readonly TimeSpan BeforeStart = TimeSpan.FromSeconds(60);

    // The errors are in debug.
    private static readonly string[] Kinds = ["debug", "run", "security", "operation"];

    public string Name => Declared.Name;

    public bool IsSlow => false;

    public Loss LostBy => Loss.Nothing;

    public Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        // Engines of one user share one folder.
        Dictionary<string, DateTimeOffset> since = new(StringComparer.Ordinal);
        foreach (var engine in engines)
        {
            if (engine.WritesSince is not { } startedAt)
            {
                folder.Absent($"engine {engine.Name} was not started by this agent");
                continue;
            }

            var path = FolderOf(engine.Environment);
            var begun = startedAt - BeforeStart;
            if (!since.TryGetValue(path, out var other) || begun < other)
                since[path] = begun;
        }

        foreach (var (path, begun) in since)
            Collect(path, begun.UtcDateTime, folder);
        return Task.CompletedTask;
    }

    /// <summary>The folder by CANN's own order of precedence.</summary>
    public static string FolderOf(IReadOnlyDictionary<string, string> environment)
    {
        if (environment.GetValueOrDefault("ASCEND_PROCESS_LOG_PATH") is { Length: > 0 } own)
            return own;
        if (environment.GetValueOrDefault("ASCEND_WORK_PATH") is { Length: > 0 } work)
            return Path.Combine(work, "log");
        var home = environment.GetValueOrDefault("HOME") is { Length: > 0 } set ? set : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(home, "ascend", "log");
    }

    private static void Collect(string path, DateTime since, BundleFolder folder)
    {
        if (!Path.IsPathRooted(path) || PlainFolder.Find(path) is not { } logs)
        {
            folder.Absent(path);
            return;
        }

        var files =
            from file in logs.Files()
            let kind = Array.IndexOf(Kinds, logs.NameOf(file).Split('/')[0])
            where kind >= 0 && file.LastWriteTimeUtc >= since
            orderby kind, file.LastWriteTimeUtc descending
            select file;
        folder.WriteFiles(logs, [.. files], name => $"process_log/{name}", FileBytes);
    }
}
