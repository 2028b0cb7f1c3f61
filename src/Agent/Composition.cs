using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Adapters.VllmHttp;
using Agent.Bundles;
using Agent.Configuration;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Kinds;
using Agent.Engines.Starting;
using Agent.Metrics;
using Agent.Notifications;
using Agent.Probes;
using Agent.Remedies;
using Agent.Storage;
using Agent.Supervision;
using Agent.VendorFaults;
using Quartz;

namespace Agent;

/// <summary>The edges of a host and what looks at it: what both the daemon and a one-shot check need.</summary>
internal sealed record HostParts(
    ProcessRunner Processes,
    ProcessTable ProcessTable,
    NpuSmi NpuSmi,
    HccnTool HccnTool,
    ChipInventory Chips,
    IReadOnlyList<SupervisedEngine> Engines,
    StartChecks StartChecks,
    IReadOnlyList<ScheduledProbe> Probes);

/// <summary>The contents page of the agent: what it is made of, in order.</summary>
internal static class Composition
{
    /// <param name="settings">The configuration.</param>
    /// <param name="keeps">Whether what is learned of the host is kept; a one-shot command changes nothing.</param>
    /// <param name="clock">The clock.</param>
    public static HostParts Parts(AgentSettings settings, bool keeps, TimeProvider clock)
    {
        var runner = new ProcessRunner(clock);
        var table = new ProcessTable();
        var npuSmi = new NpuSmi(runner, settings.Vendor.NpuSmi, settings.Vendor.NpuSmiLimit);
        var hccn = new HccnTool(runner, settings.Vendor.HccnTool, settings.Vendor.HccnToolLimit);
        var units = Units(settings, runner);
        var chips = new ChipInventory(settings.Chips, settings.StateFolder, keeps);
        List<SupervisedEngine> engines =
        [
            .. settings.Engines.Select(e => new SupervisedEngine(
                e,
                new EngineHost(e, settings.StateFolder, EngineKinds.Of(settings, e, runner, units, table), table, clock),
                new VllmClient(e.Address, e.ApiKeyFile is { } file ? File.ReadAllText(file).Trim() : null, clock))),
        ];
        var (sockets, files) = (new SocketTable(), new OpenFiles());
        var checks = new StartChecks(new EnginePort(sockets, files, table), new ChipOccupants(npuSmi, chips, table, files, settings.Vendor.DeviceFolder), new SharedMemory(files), sockets);
        return new HostParts(runner, table, npuSmi, hccn, chips, engines, checks, ProbeList.Of(settings, runner, npuSmi, hccn, units, chips, new FaultOccurrences(settings.StateFolder, keeps), engines, clock));
    }

    public static SystemdUnits Units(AgentSettings settings, IProcessRunner runner) => new(runner, settings.Vendor.Systemctl, settings.Probes["driver-unit"].Deadline);

    public static RootUnits Root(AgentSettings settings, IProcessRunner runner) => RootUnits.Of(Units(settings, runner));

    public static Daemon Daemon(AgentSettings settings, HostParts parts, Database database, NotifySocket systemd, Action<Subject?> lookNow, TimeProvider clock, ILoggerFactory logs)
    {
        var host = Environment.MachineName;
        var faults = FaultCatalog.Default.With(settings.Faults);
        var metrics = new AgentMetrics(typeof(Composition).Assembly.GetName().Version?.ToString(3) ?? "unknown", () => parts.Processes.Stuck, () => EngineStates(parts));
        var notifiers = NotifierList.Of(settings, faults, host, clock);
        var journal = new Journal(database.Connect(), [.. notifiers.Select(n => n.Name)]);
        var memory = new SupervisionMemory(settings, faults, parts, new IncidentStore(database.Connect()), clock.GetUtcNow());
        var starter = new EngineStarter(parts.NpuSmi, parts.StartChecks, clock);
        var release = new ChipMemoryRelease(parts.NpuSmi, parts.Chips, clock);
        var evidence = Evidence(settings, parts, host, clock);
        var remedies = RemedyList.Of(settings, parts.Processes, Root(settings, parts.Processes), parts.NpuSmi, parts.Chips, parts.Engines, starter, release, evidence.CollectAsync, Recoveries(new IncidentStore(database.Connect()), clock), clock);
        var outbox = new OutboxDispatcher(new Outbox(database.Connect()), new IncidentStore(database.Connect()), notifiers, faults, clock, metrics.Delivered);
        var heart = new Heartbeat(systemd, () => StateLine.Of(settings.Mode, parts.Engines, memory.Incidents), clock);
        var effects = new LoopEffects
        {
            LookNow = lookNow,
            Looked = metrics.Looked,
            Recorded = changes =>
            {
                metrics.Recorded(changes, memory.Incidents);
                outbox.Wake();
            },
        };
        var desk = new OperatorDesk(memory, journal, parts.Engines, starter, release, clock);
        var loop = new SupervisionLoop(memory, journal, new PlanRunner(remedies, clock), desk, new ExitWatch(parts.Engines, new ProcessExit(parts.ProcessTable, clock)), effects, heart, clock, logs.CreateLogger<SupervisionLoop>());
        List<AlertRefresh> refreshes = [.. notifiers.OfType<AlertmanagerNotifier>().Select(n => new AlertRefresh(new IncidentStore(database.Connect()), n, faults, clock))];
        return new Daemon(settings, database, memory, journal, loop, parts.Engines, starter, metrics, outbox, refreshes, heart, clock, logs.CreateLogger<Daemon>());
    }

    public static void AddProbes(this IServiceCollection services, IReadOnlyList<ScheduledProbe> probes, Func<ProbeLook, ValueTask> seen, TimeProvider clock)
    {
        // Looks of several intervals that fall together begin together.
        services.AddQuartz(quartz => quartz.ConfigureScheduler(scheduler => scheduler.MaxBatchSize = 10));
        services.AddTransient<ProbeJob>();
        services.AddSingleton(provider => new ProbeSchedule(probes, seen, clock, provider.GetRequiredService<ISchedulerFactory>()));
    }

    private static IEnumerable<(string Engine, EngineState State)> EngineStates(HostParts parts) =>
        from engine in parts.Engines
        let newest = engine.Signs.Newest
        where newest is not null
        select (engine.Name, newest.Verdict.State);

    private static CountRecoveries Recoveries(IncidentStore store, TimeProvider clock) => (incidentId, engine, window) =>
        store.Load(incidentId)?.Incident is { } incident && incident.Subject == engine
            ? (incident.Fault, store.RecoveriesSince(incident.Fault, engine, clock.GetUtcNow() - window))
            : null;

    public static Redaction Redaction(AgentSettings settings) =>
        new(settings.SecretFiles.Where(File.Exists).Select(File.ReadAllText).Concat(settings.SecretValues));

    public static IncidentEvidence Evidence(AgentSettings settings, HostParts parts, string host, TimeProvider clock)
    {
        var redaction = Redaction(settings);
        var root = Root(settings, parts.Processes);
        return new IncidentEvidence((incidentId, full) => new Bundle(
            settings.Bundles,
            BundleSourceList.Of(settings, parts.Processes, root, parts.ProcessTable, parts.NpuSmi, parts.HccnTool, parts.Engines, clock),
            redaction,
            host,
            incidentId,
            full,
            clock));
    }
}
