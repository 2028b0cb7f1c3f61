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

    public required AgentMode Mode { get; init; }

    public required Language Language { get; init; }

    public required string StateFolder { get; init; }

    public required string ControlSocket { get; init; }

    /// <summary>Address of the read-only HTTP listener; null is off.</summary>
    public required string? Listen { get; init; }

    public required LogSettings Log { get; init; }

    public required ChipSettings Chips { get; init; }

    public required ChipLimits ChipLimits { get; init; }

    public required VendorSettings Vendor { get; init; }

    public required IReadOnlyList<EngineSettings> Engines { get; init; }

    public required IReadOnlyDictionary<string, ProbeSettings> Probes { get; init; }

    public required IReadOnlyDictionary<string, FaultOverride> Faults { get; init; }

    public required IReadOnlyDictionary<StepKind, Budget> Budgets { get; init; }

    public required BundleSettings Bundles { get; init; }

    public required IReadOnlyList<AlertmanagerSettings> Alertmanagers { get; init; }

    public required IReadOnlyList<WebhookSettings> Webhooks { get; init; }

    public required DiskSettings Disk { get; init; }

    /// <summary>How long ended incidents and their journal stay.</summary>
    public required TimeSpan History { get; init; }

    /// <summary>Files that hold secrets: their contents are redacted from every bundle.</summary>
    public IEnumerable<string> SecretFiles =>
        Engines.Select(e => e.ApiKeyFile).Concat(Webhooks.Select(w => w.SecretFile)).OfType<string>();
}

internal sealed record LogSettings(string Folder, string Level, int RetainedFiles, long FileBytes);

/// <param name="Expected">Chips that this host has; empty: learned from the first whole table.</param>
/// <param name="ResetScope">Null: by the model of the chips.</param>
/// <param name="BusIds">Bus ids that the configuration gives to chips (CARD/CHIP@BUS-ID), of engines too.</param>
internal sealed record ChipSettings(IReadOnlyList<Subject> Expected, ResetScope? ResetScope, long IdleMarginMb, [property: System.Text.Json.Serialization.JsonIgnore] IReadOnlyDictionary<Subject, string> BusIds);

internal sealed record ProbeSettings(bool Enabled, TimeSpan Interval, TimeSpan Deadline);

internal sealed record BundleSettings(string Folder, int MaxCount, long MaxBytes, TimeSpan FastDeadline, TimeSpan FullDeadline, long SourceMaxBytes, long LogTailBytes);

internal sealed record AlertmanagerSettings(string Name, Uri Url, TimeSpan ResendInterval);

internal sealed record WebhookSettings(string Name, Uri Url, string? SecretFile);

internal sealed record DiskSettings(IReadOnlyList<string> Paths, long MinFreeBytes);
