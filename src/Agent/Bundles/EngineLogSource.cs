using Agent.Adapters.Files;
using Agent.Configuration.Declared;
using Agent.Engines.Logs;

namespace Agent.Bundles;

/// <summary>
/// The end of each engine's log, under the two names that ascend-fd looks for: a long part for its vLLM rules, and the last megabyte as worker-N.log.
/// ascend-fd reads no more than that of a console log.
/// </summary>
internal sealed class EngineLogSource(IReadOnlyList<EngineTrace> engines, long tailBytes) : IBundleSource
{
    public static readonly Setting<long> Tail = Setting.Bytes(
        "log_tail", "8MiB", "4KiB", "1GiB", "How much of the end of each engine's log goes into a bundle.");

    public static readonly DeclaredSource Declared = new("engine-log", Tail);

    private const long ConsoleBytes = 1024 * 1024;

    public string Name => Declared.Name;

    public bool IsSlow => false;

    public Loss LostBy => Loss.Nothing;

    public Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        for (var i = 0; i < engines.Count; i++)
        {
            if (engines[i].LogFile is { } log && File.Exists(log) && PlainFolder.Find(Path.GetDirectoryName(log)!) is { } logs)
            {
                Write(logs, log, $"worker-{i}.log", ConsoleBytes);
                Write(logs, log, LongName(engines[i].Name), tailBytes);
            }
            else
            {
                folder.Absent($"engine {engines[i].Name} has no log");
            }
        }

        return Task.CompletedTask;

        void Write(PlainFolder logs, string log, string target, long bytes)
        {
            using var text = EngineLogText.Open(logs, log);
            folder.WriteTail(target, text, bytes);
        }
    }

    public static string LongName(string engine) => $"pymotor_vllm_log/vllm-engine-{engine}.log";
}
