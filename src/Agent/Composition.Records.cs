using Agent.Adapters.Kernel;
using Agent.Adapters.Processes;
using Agent.Configuration;
using Agent.Engines.Bench;
using Agent.Engines.Chips;
using Agent.Engines.Throughput;
using Agent.ForeignText;
using Agent.Reports;
using Agent.Reports.Health;
using Agent.Storage;
using Microsoft.Data.Sqlite;

namespace Agent;

/// <summary>The records as people read them.</summary>
internal static partial class Composition
{
    /// <summary>Incidents as people read them beside a running agent: by the host's clock.</summary>
    public static IncidentStore Told(SqliteConnection connection, AgentSettings settings) =>
        new(() => connection, Gate(settings), new JournalClock(() => connection, new ProcessTable().BootId(), TimeProvider.System));

    /// <summary>The ledger of lost service, by the host's clock; null where an older agent left none.</summary>
    public static ServiceStore? ToldService(SqliteConnection connection)
    {
        var store = new ServiceStore(() => connection, new JournalClock(() => connection, new ProcessTable().BootId(), TimeProvider.System));
        return store.IsThere() ? store : null;
    }

    /// <summary>The records of which health reports are made, beside a running agent or within it.</summary>
    public static HealthReader Health(AgentSettings settings, SqliteConnection connection) => Health(settings, () => connection, Gate(settings),
        new ProcessTable().BootId(), TimeProvider.System, () => new ChipInventory(settings.Chips, settings.StateFolder, keeps: false).Known);

    private static HealthReader Health(AgentSettings settings, Func<SqliteConnection> open, TextGate gate, string boot, TimeProvider host,
        Func<IReadOnlyList<KnownChip>> chips)
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
            Chips = chips,
            Versions = () => (VersionFile.Read(settings.Vendor.VersionFile), VersionFile.Read(VersionFile.OfFirmware(settings.Vendor.VersionFile))),
        };
    }
}
