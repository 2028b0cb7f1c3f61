using Agent.Adapters;
using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Adapters.VllmHttp;
using Agent.Bundles;
using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Configuration.Host;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Chips;
using Agent.Engines.Kinds;
using Agent.Engines.Runs;
using Agent.Engines.Signs;
using Agent.Engines.Starting;
using Agent.Engines.Throughput;
using Agent.ForeignText;
using Agent.Metrics;
using Agent.Notifications;
using Agent.Notifications.Channels;
using Agent.Notifications.Queue;
using Agent.Probes;
using Agent.Probes.Driver;
using Agent.Remedies;
using Agent.Storage;
using Agent.Supervision;
using Agent.VendorFaults;
using Microsoft.Data.Sqlite;
using Quartz;

namespace Agent;

/// <summary>The contents page of the agent: what it is made of, in order.</summary>
internal static class Composition
{
    /// <param name="settings">The configuration.</param>
    /// <param name="keeps">Whether what is learned of the host is kept; a one-shot command changes nothing.</param>
    /// <param name="clock">The clock.</param>
    public static HostParts Parts(AgentSettings settings, bool keeps, TimeProvider clock) => Parts(settings, Gate(settings), keeps, clock);

    public static HostParts Parts(AgentSettings settings, TextGate gate, bool keeps, TimeProvider clock)
    {
        var runner = new ProcessRunner(clock);
        var table = new ProcessTable();
        var npuSmi = new NpuSmi(runner, settings.Vendor.NpuSmi, settings.Vendor.NpuSmiLimit);
        var hccn = new HccnTool(runner, settings.Vendor.HccnTool, settings.Vendor.HccnToolLimit);
        var driverUnit = new SystemdUnits(runner, settings.Vendor.Systemctl, settings.Probes[DriverUnitProbe.Declared.Name].Deadline);
        var chips = new ChipInventory(settings.Chips, settings.StateFolder, keeps);
        var numbering = new ChipNumbering(npuSmi, settings.StateFolder, keeps, table.BootId);
        List<SupervisedEngine> engines =
        [
            .. settings.Engines.Select(e => Engine(settings, e, gate, keeps, runner, table, clock)),
        ];
        var (sockets, files) = (new SocketTable(), new OpenFiles());
        var checks = new StartChecks(new EnginePort(sockets, files, table), new ChipOccupants(npuSmi, chips, table, files, settings.Vendor.DeviceFolder),
            new SharedMemory(files), sockets);
        var looks = new ProbeParts
        {
            Settings = settings,
            Processes = runner,
            NpuSmi = npuSmi,
            Hccn = hccn,
            Units = driverUnit,
            Chips = chips,
            Numbering = numbering,
            Occurrences = new FaultOccurrences(settings.StateFolder, keeps),
            Engines = engines,
            Gate = gate,
            Clock = clock,
        };
        return new HostParts
        {
            Processes = runner,
            ProcessTable = table,
            NpuSmi = npuSmi,
            HccnTool = hccn,
            Chips = chips,
            Numbering = numbering,
            Engines = engines,
            StartChecks = checks,
            Probes = ProbeList.Of(PlugIns.Own.Probes, looks),
            Gate = gate,
        };
    }

    /// <summary>An engine as the agent handles it. Its API key goes to nobody before the engine was found, by a start or an adoption.</summary>
    public static SupervisedEngine Engine(AgentSettings settings, EngineSettings engine, TextGate gate, bool keeps, IProcessRunner runner,
        ProcessTable processes, TimeProvider clock)
    {
        var host = new EngineHandle(engine, settings.StateFolder, EngineKinds.Of(settings, engine, keeps, runner, Units(settings, runner), processes),
            processes, clock, gate);
        var files = new OpenFiles();
        var socket = new EngineSocket(host, new FarEnd(new SocketTable(), files, processes), files, processes);
        var key = engine.ApiKeyFile is { } file ? new ApiKey(() => SecretFile.ReadApiKey(file), socket.Objection) : null;
        return new SupervisedEngine(engine, host, new VllmClient(engine.Address, key, clock, isOfThisHost: true));
    }

    /// <summary>For engines and steps, which no probe's deadline concerns.</summary>
    public static SystemdUnits Units(AgentSettings settings, IProcessRunner runner) => new(runner, settings.Vendor.Systemctl, SystemdUnits.LookLimit);

    public static RootUnits Root(AgentSettings settings, IProcessRunner runner) => RootUnits.Of(Units(settings, runner));

    public static Daemon Daemon(
        AgentSettings settings,
        HostParts parts,
        Database database,
        ServiceNotices systemd,
        Action<Subject?> lookNow,
        ProbeWatch probes,
        TimeProvider clock,
        ILoggerFactory logs)
    {
        var faults = FaultCatalog.Default.With(settings.Faults);
        var notifiers = NotifierList.Of(PlugIns.Own.Notifiers, settings.Notifiers, NotifierParts.Of(settings, faults, clock));
        var boot = parts.ProcessTable.BootId();
        var moved = JournalClock.TakeUp(database, boot, clock);
        var store = IncidentStore.Of(database, parts.Gate);
        var notices = new WaitingNotices([.. notifiers.Select(n => n.Name)]);
        var rows = new Outbox(new DatabaseLink(database), notices);
        rows.Load();
        var known = Recollection.Of(store, notices.All().Select(n => n.Incident), settings.Budgets.Values.Max(b => b.Window), clock.GetUtcNow());
        var journal = new Journal(new DatabaseLink(database), known, notices, parts.Gate, boot, clock);
        ClockSteps.TellOfMoved(journal, moved, clock);
        var service = Service(settings, parts, database, journal, boot, clock);
        var memory = new SupervisionMemory(settings, faults, parts, store, service, clock.GetUtcNow());
        List<(INotifier Notifier, Receiver Receiver)> receivers = [.. notifiers.Zip(settings.Notifiers, (n, s) => (n, new Receiver(s)))];
        List<Channel> channels = [.. receivers.Select(r => new Channel(r.Notifier, r.Receiver, clock))];
        var house = new Housekeeping(settings, new HistoryRetention(new DatabaseLink(database)), journal.NewestEvent(), clock);
        var kept = new KeptWatch(house.Kept, clock);
        var metrics = new AgentMetrics(new MetricsSources
        {
            Version = typeof(Composition).Assembly.GetName().Version?.ToString(3) ?? "unknown",
            Probes = [.. parts.Probes.Select(ScrapedProbe.Of)],
            Verdicts = memory.VerdictNames,
            Faults = [.. faults.All.Select(f => f.Code)],
            SeverityOf = code => faults[code].Severity,
            Notifiers = [.. notifiers.Select(n => n.Name)],
            Channels = () => channels.Select(c => rows.ViewOf(c.State)),
            Stuck = () => parts.Processes.Stuck,
            Own = OwnUse.Now,
            Kept = () => kept.Newest,
            GuideNames = settings.Metrics.GuideNames,
            ExporterNames = settings.Metrics.ExporterNames,
            Chips = () => parts.Chips.Expected.Select(c => new NamedChip(c, parts.Chips.Find(c)?.Model ?? "")),
            Picture = () => memory.Picture,
            Engines = () => parts.Engines.Select(EngineNow.Of),
            Served = () => service.Published,
            Clock = clock,
        });
        metrics.Recorded([], memory.Incidents, memory.Budgets);
        LogHolds.Set(parts.Engines, memory.Incidents, faults, clock.SetBy());
        var starter = new EngineStarter(parts.Numbering, parts.StartChecks, clock);
        var release = new ChipMemoryRelease(parts.NpuSmi, parts.Chips, clock);
        var evidence = Evidence(settings, parts, Environment.MachineName, clock);
        var remedies = RemedyList.Of(PlugIns.Own.Remedies, new RemedyParts
        {
            Settings = settings,
            Processes = parts.Processes,
            Root = Root(settings, parts.Processes),
            NpuSmi = parts.NpuSmi,
            Chips = parts.Chips,
            Engines = parts.Engines,
            Starter = starter,
            Release = release,
            Collect = evidence.CollectAsync,
            Recoveries = new RecoveryCount(store, clock).Of,
            Clock = clock,
        });
        Func<Subject, IReadOnlyList<EngineServes>> serves = subject => EnginesServe.Of(parts.Engines, subject);
        var loader = new NoticeLoader(known, IncidentStore.Told(database, parts.Gate, boot, clock), faults, serves, clock);
        var outbox = new OutboxDispatcher(rows, loader, channels, clock, metrics.Delivered);
        var telling = new Telling(
            outbox,
            [.. receivers.Where(r => r.Notifier is AlertmanagerNotifier).Select(r =>
                new AlertRefresh(known, (AlertmanagerNotifier)r.Notifier, r.Receiver, faults, serves, clock, outbox.Noted))],
            new ReceiverHeartbeats(receivers, known, serves, clock, outbox.Noted),
            new ChannelWatch(() => outbox.Channels, clock, logs.CreateLogger<ChannelWatch>()),
            logs.CreateLogger<Telling>());
        var heart = new Heartbeat(systemd, () => StateLine.Of(settings.Mode, parts.Engines, memory.Incidents, probes.Overdue()), probes.IsBlind, clock);
        var effects = new LoopEffects
        {
            LookNow = lookNow,
            Looked = metrics.Looked,
            Judged = metrics.Judged,
            Recorded = changes =>
            {
                LogHolds.Set(parts.Engines, memory.Incidents, faults, clock.SetBy());
                metrics.Recorded(changes, memory.Incidents, memory.Budgets);
                outbox.Wake();
            },
        };
        var turns = new EngineTurns(parts.Engines, new EngineChange(starter, release, clock).DoAsync);
        var desk = new OperatorDesk(memory, journal, parts.Engines, turns, clock, logs.CreateLogger<OperatorDesk>());
        var watch = new DatabaseWatch(database, journal, clock);
        var loop = new SupervisionLoop(memory, journal, watch, new PlanRunner(remedies, clock), desk,
            new ExitWatch(parts.Engines, new ProcessExit(parts.ProcessTable, clock)), effects, heart, clock, logs.CreateLogger<SupervisionLoop>());
        return new Daemon(clock, logs.CreateLogger<Daemon>())
        {
            Settings = settings,
            Memory = memory,
            Journal = journal,
            Loop = loop,
            TakeUp = new EngineTakeUp(settings, memory, journal, starter, clock, logs.CreateLogger<EngineTakeUp>()),
            Beside =
            [
                cancellation => telling.RunAsync(message => loop.PostAsync(message, cancellation), cancellation),
                house.RunAsync,
                kept.RunAsync,
                cancellation => watch.RunAsync(message => loop.PostAsync(message, cancellation), cancellation),
            ],
            Telling = telling,
            Heart = heart,
            Present = new PresentState(settings, parts, journal, heart, probes, clock)
            {
                Channels = () => outbox.Channels,
                Kept = house.Kept,
            },
            Metrics = metrics,
        };
    }

    private static ServiceBook Service(AgentSettings settings, HostParts parts, Database database, Journal journal, string boot, TimeProvider clock)
    {
        using var link = new DatabaseLink(database);
        return new ServiceBook(
            new ServiceBookParts
            {
                Engines = parts.Engines.ToDictionary(e => e.Settings.Subject, e => settings.ObjectiveOf(e.Settings)),
                Lasts = JudgeLimits.Lasts(JudgeLimits.RunLook(settings.Probes)),
                History = settings.History,
                Boot = boot,
                BootBegan = clock.Zero(),
                UsualSpeed = (engine, running) => ThroughputBaseline.UsualOf(settings, engine, running),
                Generation = () => database.Generation,
                MayRecord = () => journal.Trouble is null,
            },
            new ServiceStore(() => link.Connection),
            clock.GetUtcNow());
    }

    public static void AddProbes(this IServiceCollection services, IReadOnlyList<ScheduledProbe> probes, Func<ProbeLook, ValueTask> seen, TimeProvider clock,
        Func<Subject, EngineSign, ValueTask>? meanwhile = null)
    {
        // Looks of several intervals that fall together begin together.
        services.AddQuartz(quartz => quartz.UseTimeProvider(clock).ConfigureScheduler(scheduler => scheduler.MaxBatchSize = 10));
        services.AddTransient<ProbeJob>();
        services.AddSingleton(provider => new ProbeSchedule(probes, seen, clock, provider.GetRequiredService<ISchedulerFactory>(), meanwhile));
    }

    /// <summary>What others wrote passes it. The names by which the agent finds things again stay.</summary>
    public static TextGate Gate(AgentSettings settings) =>
        new(new KnownSecrets([.. settings.SecretFiles], [.. settings.SecretValues]),
            [.. FaultCatalog.Default.All.Select(f => f.Code), .. settings.Probes.Keys, .. settings.Engines.Select(e => e.Name)]);

    /// <summary>Incidents as people read them beside a running agent: by the host's clock.</summary>
    public static IncidentStore Told(SqliteConnection connection, AgentSettings settings) =>
        new(() => connection, Gate(settings), new JournalClock(() => connection, new ProcessTable().BootId(), TimeProvider.System));

    /// <summary>The ledger of lost service, by the host's clock; null where an older agent left none.</summary>
    public static ServiceStore? ToldService(SqliteConnection connection)
    {
        var store = new ServiceStore(() => connection, new JournalClock(() => connection, new ProcessTable().BootId(), TimeProvider.System));
        return store.IsThere() ? store : null;
    }

    public static IncidentEvidence Evidence(AgentSettings settings, HostParts parts, string host, TimeProvider clock)
    {
        var root = Root(settings, parts.Processes);
        return new IncidentEvidence((incidentId, full) => new Bundle(
            settings.Bundles,
            new BundleStaging(settings.Bundles, incidentId, full),
            [.. parts.Engines.Select(EngineTrace.Of)],
            traces => BundleSourceList.Of(PlugIns.Own.Sources, new SourceParts
            {
                Settings = settings,
                Runner = parts.Processes,
                Root = root,
                Processes = parts.ProcessTable,
                NpuSmi = parts.NpuSmi,
                Hccn = parts.HccnTool,
                Engines = parts.Engines,
                Traces = traces,
                Clock = clock,
            }),
            parts.Gate.Redaction,
            host,
            incidentId,
            full,
            clock));
    }
}
