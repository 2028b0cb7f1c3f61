using Agent.Configuration.Host;

namespace Agent.Configuration.Engines;

/// <summary>What the unit npu-engine@NAME keeps from an engine that an engine section may ask for: its user is not the agent, and it writes to few
/// folders.</summary>
internal static class OwnUnitNotes
{
    private static readonly string[] Writable = ["/var/lib/npu-engine", "/tmp", "/var/tmp", "/dev/shm"];

    /// <summary>Variables that name a folder into which engine, CANN or a compiler writes.</summary>
    private static readonly string[] Folders =
    [
        "ASCEND_PROCESS_LOG_PATH", "ASCEND_WORK_PATH", "ASCEND_CACHE_PATH", "VLLM_CACHE_ROOT", "VLLM_TORCH_PROFILER_DIR", "VLLM_RPC_BASE_PATH",
        "XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE", "MODELSCOPE_CACHE", "TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR", "TMPDIR", "HOME",
    ];

    public static IEnumerable<string> Of(EngineSettings engine) => engine.RunsIn.IsOwnUnit ? [.. Unreadable(engine), .. Unwritable(engine)] : [];

    private static IEnumerable<string> Unreadable(EngineSettings engine)
    {
        string[] closed = [Path.GetDirectoryName(HostFolders.Here.Configuration)!, HostFolders.Here.State];
        return from named in (IEnumerable<(string Key, string Value)>)[("command", engine.Command), ("model", engine.Model),
            .. engine.Arguments.Select(a => ("arguments." + a.Key, a.Value))]
               where closed.Any(folder => IsIn(named.Value, folder))
               select $"{named.Key}: {named.Value}: the engine runs as npu-engine, for whom this folder is closed; keep it elsewhere";
    }

    private static IEnumerable<string> Unwritable(EngineSettings engine) =>
        from variable in engine.Environment
        where Folders.Contains(variable.Key) && Path.IsPathRooted(variable.Value) && !Writable.Any(folder => IsIn(variable.Value, folder))
        select $"environment.{variable.Key}: {variable.Value}: the unit npu-engine@ lets an engine write to {string.Join(", ", Writable)} alone; give the "
            + $"folder to npu-engine, and name it in a drop-in of the unit with ReadWritePaths=";

    private static bool IsIn(string path, string folder) => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);
}
