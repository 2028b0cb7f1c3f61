using Agent.Adapters.Files;

namespace Agent.Adapters.Systemd;

/// <summary>
/// Work that only root may do, as oneshot units of the package. The polkit rule lets the agent start them. An agent that is root, or on a host
/// without these units, does the work itself: <see cref="Has"/> is the whole rule.
/// </summary>
internal sealed class RootUnits(SystemdUnits units, bool isRoot, IReadOnlyList<string> unitFolders)
{
    public const string CollectLogs = "npu-agent-collect.service";

    /// <summary>
    /// The folder in which the collecting unit leaves its files until it is stopped. Root writes there, and the agent's group may read.
    /// </summary>
    public const string CollectedLogs = "/var/lib/npu-agent-collect/logs";

    private const string ChipReset = "npu-agent-reset@.service";

    private static readonly string[] UnitFolders = ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system",
        "/usr/lib/systemd/system", "/lib/systemd/system"];

    // The programs in the units keep the limits of the configuration themselves. This is the extra time in which they can say so.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    public static RootUnits Of(SystemdUnits units) => new(units, FileOwner.IsRoot, UnitFolders);

    public bool CollectsLogs => Has(CollectLogs);

    public bool ResetsChips => Has(ChipReset);

    public Task<Outcome> ResetChipAsync(int card, int chip, TimeSpan limit, CancellationToken cancellation) =>
        RunAsync(ChipReset.Replace("@", $"@{card}-{chip}", StringComparison.Ordinal), limit, cancellation);

    /// <summary>The collection begins anew: the files of an earlier collection are no evidence of the present.</summary>
    public async Task<Outcome> CollectLogsAsync(TimeSpan limit, CancellationToken cancellation)
    {
        await DropLogsAsync(cancellation);
        return await RunAsync(CollectLogs, limit, cancellation);
    }

    /// <summary>Ends a collection, and removes its files from the disk.</summary>
    public Task DropLogsAsync(CancellationToken cancellation) => units.StopAsync(CollectLogs, cancellation);

    private bool Has(string unit) => !isRoot && unitFolders.Any(folder => File.Exists(Path.Combine(folder, unit)));

    private async Task<Outcome> RunAsync(string unit, TimeSpan limit, CancellationToken cancellation)
    {
        var (refused, printed) = await units.RunAsync(unit, limit + Slack, cancellation);
        return (refused is null, string.Join(": ", ((string?[])[unit, refused?.Text, printed]).Where(t => !string.IsNullOrEmpty(t))));
    }
}
