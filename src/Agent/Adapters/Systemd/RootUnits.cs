using Agent.Adapters.Files;

namespace Agent.Adapters.Systemd;

/// <summary>
/// What only root may do, as oneshot units of the package that the polkit rule lets the agent start. An agent that is root, or
/// is on a host without them, does it itself: <see cref="Has"/> is the whole rule.
/// </summary>
internal sealed class RootUnits(SystemdUnits units, bool isRoot, IReadOnlyList<string> unitFolders)
{
    public const string CollectLogs = "npu-agent-collect.service";

    /// <summary>What the unit that collects leaves, for root to write and for the agent's group to read, until it is stopped.</summary>
    public const string CollectedLogs = "/var/lib/npu-agent-collect/logs";

    private const string ChipReset = "npu-agent-reset@.service";

    private static readonly string[] UnitFolders = ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

    // The programs in the units keep to the limits of the configuration themselves; they get the time to say so.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    public static RootUnits Of(SystemdUnits units) => new(units, FileOwner.IsRoot, UnitFolders);

    public bool CollectsLogs => Has(CollectLogs);

    public bool ResetsChips => Has(ChipReset);

    public Task<(bool Succeeded, string Detail)> ResetChipAsync(int card, int chip, TimeSpan limit, CancellationToken cancellation) =>
        RunAsync(ChipReset.Replace("@", $"@{card}-{chip}", StringComparison.Ordinal), limit, cancellation);

    /// <summary>Anew: what an earlier collection left is no evidence of now.</summary>
    public async Task<(bool Succeeded, string Detail)> CollectLogsAsync(TimeSpan limit, CancellationToken cancellation)
    {
        await DropLogsAsync(cancellation);
        return await RunAsync(CollectLogs, limit, cancellation);
    }

    /// <summary>Ends a collection, and takes what it left off the disk.</summary>
    public Task DropLogsAsync(CancellationToken cancellation) => units.StopAsync(CollectLogs, cancellation);

    private bool Has(string unit) => !isRoot && unitFolders.Any(folder => File.Exists(Path.Combine(folder, unit)));

    private async Task<(bool Succeeded, string Detail)> RunAsync(string unit, TimeSpan limit, CancellationToken cancellation)
    {
        var (refused, printed) = await units.RunAsync(unit, limit + Slack, cancellation);
        return (refused is null, string.Join(": ", ((string?[])[unit, refused?.Text, printed]).Where(t => !string.IsNullOrEmpty(t))));
    }
}
