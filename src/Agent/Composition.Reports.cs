using Agent.Adapters;
using Agent.Adapters.Kernel;
using Agent.Adapters.Processes;
using Agent.Configuration;
using Agent.Engines.Bench;
using Agent.Engines.Chips;
using Agent.Engines.Throughput;
using Agent.ForeignText;
using Agent.Notifications;
using Agent.Reports;
using Agent.Reports.Health;
using Agent.Storage;
using Agent.Supervision;
using Agent.Supervision.Reporting;
using Microsoft.Data.Sqlite;

namespace Agent;

/// <summary>What health reports are made of, by a running agent and beside it.</summary>
internal static partial class Composition
{
    /// <summary>Of which the agent makes those that are due.</summary>
    private static ReportWatchParts Reports(AgentSettings settings, HostParts parts, IReadOnlyList<(INotifier Notifier, Receiver Receiver)> receivers,
        Database database, string boot, TimeProvider clock) => new()
        {
            Settings = settings.Reports,
            Folder = new ReportFolder(settings.StateFolder),
            Host = Environment.MachineName,
            Language = settings.Language,
            Receivers = kind => [.. receivers.Where(r => r.Receiver.WantsReport(kind)).Select(r => r.Notifier.Name)],
            Open = () => new ReportRecords(new DatabaseLink(database),
                open => Health(settings, open, parts.Gate, boot, (clock as SteadyClock)?.Host ?? clock, parts.Chips)),
        };

    /// <summary>Of which a command makes one, whether an agent runs or not.</summary>
    public static HealthReader Health(SqliteConnection connection, AgentSettings settings) =>
        Health(settings, () => connection, Gate(settings), new ProcessTable().BootId(), TimeProvider.System);

    /// <param name="settings">The configuration.</param>
    /// <param name="open">Opens a connection for this caller alone.</param>
    /// <param name="gate">The text of others passes it.</param>
    /// <param name="boot">The present boot of the host.</param>
    /// <param name="host">The host's clock: people go by it.</param>
    /// <param name="chips">Null: as an agent left them on the disk.</param>
    private static HealthReader Health(AgentSettings settings, Func<SqliteConnection> open, TextGate gate, string boot, TimeProvider host,
        ChipInventory? chips = null)
    {
        var told = new JournalClock(open, boot, host);
        var service = new ServiceStore(open, told);
        return new HealthReader
        {
            Host = Environment.MachineName,
            Zone = host.LocalTimeZone,
            Incidents = new IncidentStore(open, gate, told),
            Service = service.IsThere() ? service : null,
            Measures = new MeasureStore(open),
            Objectives = settings.Engines.ToDictionary(e => e.Subject, settings.ObjectiveOf),
            Speed = () => SpeedReport.Lines(settings.Engines.Select(e =>
                (e.Name, new ThroughputBaseline(e, settings.StateFolder), new BenchFiles(settings.StateFolder).Newest(e.Name)))),
            Chips = () => (chips ?? new ChipInventory(settings.Chips, settings.StateFolder, keeps: false)).Known,
            Versions = () => (VersionFile.Read(settings.Vendor.VersionFile), VersionFile.Read(VersionFile.OfFirmware(settings.Vendor.VersionFile))),
        };
    }
}
