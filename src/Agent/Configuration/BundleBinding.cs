namespace Agent.Configuration;

/// <summary>Keys, defaults and bounds of the section bundles.</summary>
internal static class BundleBinding
{
    /// <summary>Where driver and tools of the vendor log on a host.</summary>
    public static readonly IReadOnlyList<string> HostLogs =
        ["/var/log/ascend_seclog", "/var/log/nputools_LOG_*", "/var/log/hotreset_status.log", "/var/log/hccn_tool", "/var/log/lqdcmitools*", "/var/log/npu"];

    public static BundleSettings Bind(YamlSection bundles, string state)
    {
        var hostLogs = bundles.List("host_logs") ?? HostLogs;
        foreach (var path in hostLogs.Where(p => !Path.IsPathRooted(p)))
            bundles.Complain("host_logs", $"'{path}' is no absolute path");
        foreach (var path in hostLogs.Where(p => Path.GetDirectoryName(p)?.AsSpan().ContainsAny('*', '?') == true))
            bundles.Complain("host_logs", $"'{path}': * and ? are allowed in the last part only");
        return new BundleSettings
        {
            Folder = bundles.AbsolutePath("folder", Path.Combine(state, "bundles")),
            MaxCount = bundles.Int("max_count", 20, 1, 10_000),
            MaxBytes = bundles.Bytes("max_size", "5GiB", "1MiB", "1TiB"),
            MaxAge = bundles.Duration("max_age", "30d", "1h", "3650d"),
            FastDeadline = bundles.Duration("fast_limit", "10s", "100ms", "10m"),
            FullDeadline = bundles.Duration("full_limit", "5m", "1s", "1h"),
            FastMaxBytes = bundles.Bytes("fast_max_size", "64MiB", "64KiB", "10GiB"),
            FullMaxBytes = bundles.Bytes("full_max_size", "1GiB", "64KiB", "100GiB"),
            SourceMaxBytes = bundles.Bytes("source_max_size", "200MiB", "64KiB", "10GiB"),
            LogTailBytes = bundles.Bytes("log_tail", "8MiB", "4KiB", "1GiB"),
            HostLogs = hostLogs,
        };
    }
}
