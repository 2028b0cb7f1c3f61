using Agent.Configuration.Declared;
using Agent.Configuration.Engines;
using Agent.Configuration.Host;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Configuration;

/// <summary>Everything an operator can set, validated. Defaults and bounds are in <see cref="SettingsBinding"/>.</summary>
internal sealed record AgentSettings
{
    /// <summary>The file that it was read from.</summary>
    public required string File { get; init; }

    /// <summary>What it was read by.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public DeclaredPlugIns PlugIns { get; init; } = new([], [], [], []);

    public required AgentMode Mode { get; init; }

    public required Language Language { get; init; }

    public required string StateFolder { get; init; }

    public required string ControlSocket { get; init; }

    /// <summary>Address of the read-only HTTP listener; null is off.</summary>
    public required string? Listen { get; init; }

    /// <summary>Names and addresses under which the listener answers, beside loopback, its address and the machine's own names.</summary>
    public required IReadOnlyList<string> ListenNames { get; init; }

    public required MetricsSettings Metrics { get; init; }

    public required LogSettings Log { get; init; }

    public required ChipSettings Chips { get; init; }

    /// <summary>Levels that an operator gives to fault codes of the vendor.</summary>
    public required IReadOnlyDictionary<string, VendorLevel> VendorCodes { get; init; }

    public required ChipLimits ChipLimits { get; init; }

    public required VendorSettings Vendor { get; init; }

    public required IReadOnlyList<EngineSettings> Engines { get; init; }

    public required IReadOnlyDictionary<string, ProbeSettings> Probes { get; init; }

    public required IReadOnlyDictionary<string, FaultOverride> Faults { get; init; }

    public required IReadOnlyDictionary<StepKind, Budget> Budgets { get; init; }

    public required RestartBackOff BackOff { get; init; }

    public required BundleSettings Bundles { get; init; }

    /// <summary>The receivers, in the order of their kinds. <see cref="SettingsJson.Shown"/> has each below its kind.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<NotifierSettings> Notifiers { get; init; } = [];

    public required ReportSettings Reports { get; init; }

    public required DiskSettings Disk { get; init; }

    /// <summary>The availability that is wanted of engines, in percent.</summary>
    public required double Objective { get; init; }

    /// <summary>How long ended incidents and their journal stay.</summary>
    public required TimeSpan History { get; init; }

    /// <summary>Where the database is larger, the oldest ended incidents go earlier.</summary>
    public required long HistorySize { get; init; }

    /// <summary>Files that it names.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<NamedFile> Files { get; init; } = [];

    /// <summary>Files that hold secrets: their contents are redacted from every bundle.</summary>
    public IEnumerable<string> SecretFiles =>
        Engines.Select(e => e.ApiKeyFile).OfType<string>().Concat(Own.SelectMany(o => o.SecretFiles));

    /// <summary>Values that are secrets by themselves: those of a plug-in's keys that are secret, a token in an engine's environment.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IEnumerable<string> SecretValues =>
        Own.SelectMany(o => o.Secrets)
            .Concat(Engines.SelectMany(e => e.Environment.Concat(e.Arguments)).Where(v => NamesSecret(v.Key) && v.Value.Length >= 8).Select(v => v.Value));

    /// <summary>The availability that is wanted of an engine, from 0 to 1.</summary>
    public double ObjectiveOf(EngineSettings engine) => Math.Round((engine.Objective ?? Objective) / 100, 8);

    /// <summary>What stands under the keys that plug-ins declare.</summary>
    private IEnumerable<BoundSettings> Own => [.. Notifiers.Select(n => n.Own), .. Probes.Values.Select(p => p.Own), Bundles.Own];

    // By the last word: HF_TOKEN is one, tokenizer and max_tokens are not, and their values stand all over a log.
    public static bool NamesSecret(string name) => SecretNames.Contains(name.Split('_', '-')[^1], StringComparer.OrdinalIgnoreCase);

    private static readonly string[] SecretNames = ["key", "secret", "token", "passwd", "password", "passphrase", "pwd", "credential", "credentials"];
}

/// <param name="GuideNames">The three names of the published guide, beside the agent's own.</param>
/// <param name="ExporterNames">Names of npu-exporter, beside the agent's own.</param>
internal sealed record MetricsSettings(bool GuideNames, bool ExporterNames);

internal sealed record LogSettings(string Folder, string Level, int RetainedFiles, long FileBytes);

/// <param name="Expected">Chips that this host has; empty: learned from the first whole table.</param>
/// <param name="ResetScope">Null: by the model of the chips.</param>
/// <param name="BusIds">Bus ids by CARD/CHIP that the configuration gives (CARD/CHIP@BUS-ID), those of engines too.</param>
internal sealed record ChipSettings(IReadOnlyList<Subject> Expected, ResetScope? ResetScope, long IdleMarginMb, IReadOnlyDictionary<string, string> BusIds);

internal sealed record ProbeSettings(bool Enabled, TimeSpan Interval, TimeSpan Deadline)
{
    /// <summary>The keys that the probe declares beside these.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public BoundSettings Own { get; init; } = BoundSettings.None;
}

/// <summary>Bundles: how many stay, what one may take, and which logs of the host go into full ones.</summary>
internal sealed record BundleSettings
{
    public required string Folder { get; init; }

    public required int MaxCount { get; init; }

    /// <summary>Of all bundles together.</summary>
    public required long MaxBytes { get; init; }

    public required TimeSpan MaxAge { get; init; }

    public required TimeSpan FastDeadline { get; init; }

    public required TimeSpan FullDeadline { get; init; }

    /// <summary>Of one bundle before it is compressed.</summary>
    public required long FastMaxBytes { get; init; }

    public required long FullMaxBytes { get; init; }

    public required long SourceMaxBytes { get; init; }

    /// <summary>The keys that the sources of evidence declare.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public BoundSettings Own { get; init; } = BoundSettings.None;
}

/// <summary>One receiver.</summary>
/// <param name="Kind">What kind of notifier tells it.</param>
/// <param name="Name">Unique; deliveries are counted by it.</param>
/// <param name="Own">The keys that the kind declares.</param>
internal sealed record NotifierSettings(DeclaredNotifier Kind, string Name, BoundSettings Own)
{
    public T Of<T>(Setting<T> setting) => Own.Of(setting);
}

/// <param name="BallastBytes">Kept back in the state folder for a full disk; 0: nothing.</param>
internal sealed record DiskSettings(IReadOnlyList<string> Paths, long MinFreeBytes, long BallastBytes);
