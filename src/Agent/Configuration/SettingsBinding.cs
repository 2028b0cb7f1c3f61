using Agent.Configuration.Declared;
using Agent.Configuration.Engines;
using Agent.Configuration.Host;
using Agent.Configuration.Yaml;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Recovery;
using Agent.VendorFaults;

namespace Agent.Configuration;

/// <summary>Keys, defaults and bounds of agent.yaml, in the order of the annotated sample.</summary>
internal static class SettingsBinding
{
    public const double LeastObjective = 50;
    public const double MostObjective = 99.9999;

    public static AgentSettings Bind(YamlSection root, string file, DeclaredPlugIns plugIns, Func<string, bool> programExists)
    {
        var state = root.AbsolutePath("state_folder", HostFolders.Here.State);
        var engines = EngineBinding.Engines(root);
        var settings = new AgentSettings
        {
            File = file,
            PlugIns = plugIns,
            Mode = root.Choice("mode", AgentMode.Act, ("act", AgentMode.Act), ("observe", AgentMode.Observe)),
            Language = root.Choice("language", Language.English, ("en", Language.English), ("zh", Language.Chinese)),
            StateFolder = state,
            ControlSocket = root.AbsolutePath("control_socket", HostFolders.Here.ControlSocket),
            Listen = Listen(root),
            ListenNames = ListenNames(root),
            Metrics = Metrics(root.Section("metrics")),
            Log = Log(root.Section("log")),
            Chips = Chips(root.Section("chips"), engines),
            ChipLimits = ChipLimits.Bind(root.Section("chip_limits")),
            Vendor = Vendor(root, programExists),
            Engines = engines,
            Probes = PlugInBinding.Probes(root.Section("probes"), plugIns.Probes),
            Faults = Faults(root.Section("faults")),
            VendorCodes = VendorCodes(root),
            Budgets = PlugInBinding.Budgets(root.Section("budgets"), plugIns.Remedies),
            BackOff = BackOffBinding.Bind(root.Section("back_off")),
            Bundles = BundleBinding.Bind(root.Section("bundles"), state, plugIns.Sources),
            Notifiers = PlugInBinding.Notifiers(root.Section("notifications"), plugIns.Notifiers),
            Reports = ReportSettings.Bind(root.Section("reports")),
            Disk = Disk(root.Section("disk"), state),
            Objective = root.Number("objective", 99.9, LeastObjective, MostObjective),
            History = root.Duration("history", "90d", "1d", "3650d"),
            HistorySize = Math.Max(LeastHistorySize, root.Bytes("history_size", "512MiB", "16MiB", "64GiB")),
        };
        // sun_path has 108 bytes; a longer path would fail at bind with a message that names neither.
        var socket = System.Text.Encoding.UTF8.GetByteCount(settings.ControlSocket);
        if (socket > 100)
            root.Complain("control_socket", $"{socket} bytes are too long for a Unix socket, allowed 100");
        return settings;
    }

    // Figures of charts take up to 24 MiB of it, and are not given up for it.
    private const long LeastHistorySize = 64L << 20;

    private static string? Listen(YamlSection root)
    {
        var text = root.Text("listen", "127.0.0.1:9470")!;
        if (text == "off")
            return null;
        if (!System.Net.IPEndPoint.TryParse(text, out var address) || address.Port == 0)
            root.Complain("listen", $"'{text}' is no address; write ADDRESS:PORT, for example 127.0.0.1:9470, or off");
        return text;
    }

    private static List<string> ListenNames(YamlSection root)
    {
        List<string> names = [];
        foreach (var written in root.List("listen_names") ?? [])
        {
            if (HostName.Normalize(written) is { } name)
                names.Add(name);
            else
                root.Complain("listen_names", $"'{written}' is no name of a host and no address; write it as clients do, without port, for example "
                    + $"npu-host-1.example.com");
        }

        return names;
    }

    private static MetricsSettings Metrics(YamlSection metrics) => new(metrics.Flag("guide_names", true), metrics.Flag("exporter_names", false));

    private static LogSettings Log(YamlSection log) => new(
        log.AbsolutePath("folder", HostFolders.Here.Log),
        log.Choice("level", "information", ("debug", "debug"), ("information", "information"), ("warning", "warning"), ("error", "error")),
        log.Int("retained_files", 10, 1, 1000),
        log.Bytes("file_size", "20MiB", "64KiB", "1GiB"));

    private static ChipSettings Chips(YamlSection chips, IReadOnlyList<EngineSettings> engines)
    {
        var expected = ChipNumbers.Read(chips, "expected");
        return new ChipSettings(
            [.. expected.Keys],
            chips.Choice<ResetScope?>("reset_scope", null, ("auto", null), ("chip", ResetScope.Chip), ("card", ResetScope.Card), ("host", ResetScope.Host)),
            chips.Int("idle_margin_mb", 500, 0, 65536),
            engines.SelectMany(e => e.BusIds).Concat(ChipNumbers.BusIds(expected)).DistinctBy(c => c.Key).ToDictionary(StringComparer.Ordinal));
    }

    private static VendorSettings Vendor(YamlSection root, Func<string, bool> programExists)
    {
        var word = root.Choice("profile", "auto", ("auto", "auto"), ("guide", "guide"), ("ascend", "ascend"));
        var (profile, reason) = VendorProfile.Resolve(word, programExists);
        var vendor = root.Section("vendor");
        foreach (var key in (string[])["modules_file", "device_folder", "version_file", "kernel_log"])
            vendor.ShouldBeThere(key, vendor.Text(key) ?? "");
        return new VendorSettings
        {
            Profile = profile.Name,
            ProfileReason = reason,
            NpuSmi = vendor.Program("npu_smi", "npu-smi"),
            NpuSmiLimit = vendor.Duration("npu_smi_limit", "10s", "100ms", "2m"),
            HccnTool = vendor.Program("hccn_tool", programExists("hccn_tool") ? "hccn_tool" : "/usr/local/Ascend/driver/tools/hccn_tool"),
            HccnToolLimit = vendor.Duration("hccn_tool_limit", "10s", "100ms", "2m"),
            HccnPorts = ChipNumbers.Ports(vendor, "hccn_ports"),
            Systemctl = vendor.Program("systemctl", "systemctl"),
            DriverUnit = vendor.Has("driver_unit") ? vendor.Text("driver_unit") : Default(vendor, "driver_unit", profile.DriverUnit),
            ModulesFile = vendor.Has("modules_file") ? vendor.Text("modules_file") : Default(vendor, "modules_file", profile.ModulesFile),
            DeviceFolder = vendor.AbsolutePath("device_folder", "/dev"),
            VersionFile = vendor.AbsolutePath("version_file", "/usr/local/Ascend/driver/version.info"),
            KernelLog = vendor.Has("kernel_log") ? vendor.Text("kernel_log") : Default(vendor, "kernel_log", profile.KernelLog),
            DriverRestart = Command(vendor, "driver_restart", profile.DriverRestart),
            DriverRestartLimit = vendor.Duration("driver_restart_limit", "3m", "1s", "30m"),
            ChipReset = Command(vendor, "chip_reset", VendorProfile.ChipReset, "{card}", "{chip}"),
            ChipResetAnswers = vendor.Text("chip_reset_answers", "Y\ny\n")!,
            ChipResetLimit = vendor.Duration("chip_reset_limit", "6m", "1s", "30m"),
            ChipsReadyLimit = vendor.Duration("chips_ready_limit", "6m", "1s", "30m"),
            CollectDlog = Command(vendor, "collect_dlog", profile.CollectDlog, "{dir}"),
            CollectDlogLimit = vendor.Duration("collect_dlog_limit", "5m", "1s", "30m"),
        };
    }

    private static string? Default(YamlSection section, string key, string? value)
    {
        _ = section.Text(key);
        return value;
    }

    /// <summary>A command as a list of words; an empty list switches it off.</summary>
    private static IReadOnlyList<string>? Command(YamlSection vendor, string key, IReadOnlyList<string>? profile, params string[] placeholders)
    {
        if (!vendor.Has(key))
            return vendor.List(key) ?? profile;
        if (vendor.List(key) is not { Count: > 0 } words)
            return null;
        vendor.CheckProgram(key, words[0]);
        foreach (var word in words.Where(w => w.StartsWith('{') && w.EndsWith('}') && !placeholders.Contains(w)))
            vendor.Complain(key, $"unknown placeholder {word}, allowed: {(placeholders.Length == 0 ? "none" : string.Join(", ", placeholders))}");
        return words;
    }

    private static Dictionary<string, FaultOverride> Faults(YamlSection faults)
    {
        Dictionary<string, FaultOverride> overrides = new(StringComparer.Ordinal);
        foreach (var fault in FaultCatalog.Default.All)
        {
            var row = faults.Section(fault.Code);
            if (!faults.Has(fault.Code))
                continue;
            overrides[fault.Code] = new FaultOverride(
                row.Choice<Severity?>("severity", null, ("info", Severity.Info), ("warning", Severity.Warning), ("critical", Severity.Critical)),
                row.OptionalDuration("confirm_after", "0s", "1h"),
                row.OptionalInt("sightings", 1, 100),
                row.Choice<Rung?>("rung", null, ("note", Rung.Note), ("engine", Rung.Engine), ("orphans", Rung.Orphans), ("chip", Rung.Chip),
                    ("driver", Rung.Driver), ("hand-over", Rung.HandOver)),
                row.Has("muted") ? row.Flag("muted", false) : Muted(row));
        }

        return overrides;
    }

    private static Dictionary<string, VendorLevel> VendorCodes(YamlSection root)
    {
        var levels = Enum.GetValues<VendorLevel>().ToDictionary(l => Words.Of(l), StringComparer.Ordinal);
        Dictionary<string, VendorLevel> overrides = new(StringComparer.Ordinal);
        foreach (var (written, word) in root.Map("vendor_codes"))
        {
            if (VendorFaultTable.Normalize(written) is not { } code)
                root.Complain("vendor_codes", $"'{written}' is no fault code; write it as npu-smi prints it, for example 80E01801");
            else if (!levels.TryGetValue(word, out var level))
                root.Complain("vendor_codes", $"{written}: found '{word}', allowed: {string.Join(", ", levels.Keys)}");
            else
                overrides[code] = level;
        }

        return overrides;
    }

    private static bool? Muted(YamlSection row)
    {
        _ = row.Text("muted");
        return null;
    }

    private static DiskSettings Disk(YamlSection disk, string state)
    {
        var paths = disk.List("paths") ?? [];
        foreach (var path in paths)
            disk.ShouldBeThere("paths", path);
        return new DiskSettings(paths.Count > 0 ? paths : [state], disk.Bytes("min_free", "2GiB", "0", "100TiB"), disk.Bytes("ballast", "8MiB", "0", "1GiB"));
    }
}
