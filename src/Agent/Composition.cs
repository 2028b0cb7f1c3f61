using Agent.Adapters;
using Agent.Adapters.Processes;
using Agent.Bundles;
using Agent.Configuration;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines.Chips;
using Agent.Engines.Signs;
using Agent.Engines.Starting;
using Agent.Engines.Throughput;
using Agent.ForeignText;
using Agent.Metrics;
using Agent.Notifications;
using Agent.Notifications.Channels;
using Agent.Notifications.Queue;
using Agent.Probes;
using Agent.Remedies;
using Agent.Reports.Health;
using Agent.Storage;
using Agent.Supervision;
using Agent.Supervision.Reporting;
using Microsoft.Data.Sqlite;
using Quartz;

namespace Agent;

/// <summary>The contents page of the agent: what it is made of, in order.</summary>
internal static partial class Composition
{
    public static Daemon Daemon(DaemonParts given)
    {
        var (settings, parts, database, probes, clock, logs) = (given.Settings, given.Host, given.Database, given.Probes, given.Clock, given.Logs);
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
        List<Channel> channels = [.. receivers.Select(r => new Channel(r.Notifier, r.Receiver, clock, rows.TakenUp(r.Notifier.Name, clock.GetUtcNow())))];
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
        var measures = new MeasureBook(subject => parts.Engines.FirstOrDefault(e => e.Settings.Subject == subject) is not { } engine
            || engine.NotServingYet() is null);
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
        var loader = new NoticeLoader(known, IncidentStore.Told(database, parts.Gate, boot, clock), ServiceStore.Told(database, boot, clock), faults, serves,
            new ReportFolder(settings.StateFolder), clock);
        var outbox = new OutboxDispatcher(rows, loader, channels, clock, metrics.Delivered);
        var telling = new Telling(
            outbox,
            [.. receivers.Where(r => r.Notifier is AlertmanagerNotifier).Select(r =>
                new AlertRefresh(known, (AlertmanagerNotifier)r.Notifier, r.Receiver, faults, serves, clock, outbox.Noted))],
            new ReceiverHeartbeats(receivers, known, serves, clock, outbox.Noted),
            new ChannelWatch(() => outbox.Channels, clock, logs.CreateLogger<ChannelWatch>()),
            new MeasureWatch(measures, new MeasureWriter(new DatabaseLink(database)), clock),
            new ReportWatch(Reports(settings, parts, receivers, database, boot, clock), clock, logs.CreateLogger<ReportWatch>()),
            logs.CreateLogger<Telling>());
        var heart = new Heartbeat(given.Systemd, () => StateLine.Of(settings.Mode, parts.Engines, memory.Incidents, probes.Overdue()), probes.IsBlind, clock);
        var effects = new LoopEffects
        {
            LookNow = given.LookNow,
            Looked = look =>
            {
                metrics.Looked(look);
                measures.Take(look);
            },
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
                ends => telling.RunAsync(message => loop.PostAsync(message, ends), ends),
                house.RunAsync,
                kept.RunAsync,
                ends => watch.RunAsync(message => loop.PostAsync(message, ends), ends),
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
