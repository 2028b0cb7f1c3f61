using Agent.Adapters;
using Agent.Adapters.Processes;
using Agent.Configuration;
using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Engines.Starting;
using Agent.ForeignText;
using Agent.Metrics;
using Agent.Notifications.Queue;
using Agent.Probes;
using Agent.Reports;
using Agent.Storage;

namespace Agent.Supervision;

/// <summary>The running agent: takes over or starts the engines, then lets the loop, the probes and the outbox run.</summary>
internal sealed class Daemon(
    AgentSettings settings,
    DatabaseWatch database,
    SupervisionMemory memory,
    Journal journal,
    SupervisionLoop loop,
    IReadOnlyList<SupervisedEngine> engines,
    TextGate gate,
    EngineStarter starter,
    AgentMetrics metrics,
    Telling telling,
    Housekeeping house,
    Heartbeat heart,
    ProbeWatch watch,
    TimeProvider clock,
    ILogger<Daemon> log)
{
    private static readonly TimeSpan StandsStillAfter = TimeSpan.FromMinutes(5);
    private const int ToldProbes = 5;
    private const string RestartHelps = "If it stays so, restart the agent: systemctl restart npu-agent. Engines go on";

    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    private static readonly string Version = typeof(Daemon).Assembly.GetName().Version?.ToString(3) ?? "of unknown version";

    public SupervisionLoop Loop => loop;

    /// <summary>Names of the receivers.</summary>
    public IEnumerable<string> Channels => settings.Notifiers.Select(n => n.Name);

    public IReadOnlyList<SupervisedEngine> Engines => engines;

    public AgentMetrics Metrics => metrics;

    public TextGate Gate => gate;

    /// <summary>JSON of the present state, which holds what others wrote.</summary>
    public DocumentJson Documents { get; } = DocumentJson.Through(gate);

    /// <summary>Why the agent cannot be relied on now; null when it can. What is wrong with the host is none of it.</summary>
    public string? Trouble => heart.SinceTurn >= StandsStillAfter
        ? "the supervision loop stands still"
        : watch.Overdue() is [_, ..] overdue
            ? $"{string.Join("; ", overdue.Take(ToldProbes).Select(o => o.Text))}{(overdue.Count > ToldProbes ? "; and others" : "")}. {RestartHelps}"
            : null;

    /// <summary>The outbox is not the loop's, and takes its commands itself.</summary>
    public async Task<OperatorAnswer> AskAsync(OperatorCommand command, CancellationToken cancellation)
    {
        if (command is not RetryNotices retry)
            return await loop.AskAsync(command, cancellation);
        var count = await telling.Outbox.RetryAsync(retry.Channel, retry.Notice);
        var text = count == 0 ? "nothing was given up" : count == 1 ? "1 notice is sent again" : $"{count} notices are sent again";
        LogMessages.OperatorDid(log, retry.By, retry.What, text);
        return new OperatorAnswer(true, text);
    }

    public StatusDocument StatusOf(SupervisionStatus status)
    {
        var counted = StatusDocument.Of(status, settings.Vendor.Profile, [.. engines.Select(StatusOf)], [.. watch.Overdue().Select(Late)], journal.Problem) with
        {
            Kept = house.Kept(),
            Channels = [.. telling.Outbox.Channels.Select(HowIs)],
        };
        return counted.Moved(clock.SetBy());
    }

    public async Task RunAsync(ProbeSchedule probes, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var newest = journal.NewestEvent() ?? now;
        var start = StartText.Of(settings, memory.Settings(now).Layout.Chips);
        journal.Append(now, new AgentNote("agent started: " + start, "agent"));
        LogMessages.Starts(log, Version, start);
        if (settings.Mode == AgentMode.Observe)
            LogMessages.Warned(log, "mode is observe: nothing is started, stopped or recovered");
        using var stopping = cancellation.Register(heart.Stopping);
        var takenUp = TakeUpAsync(cancellation);
        var running = loop.RunAsync(takenUp, cancellation);
        await takenUp;
        LogMessages.TakenUp(log, StartText.TakenUp(engines, memory.Incidents, memory.Maintenances(now), now));
        await probes.StartAsync(cancellation);
        try
        {
            var looking = database.RunAsync(message => loop.PostAsync(message, cancellation), cancellation);
            await Task.WhenAll(running, looking, SettleAsync(cancellation), house.RunAsync(newest, cancellation),
                telling.RunAsync(message => loop.PostAsync(message, cancellation), cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The agent was asked to stop.
        }

        await probes.StopAsync(CancellationToken.None);
        await running;
        if (memory.LookAtService(clock.GetUtcNow(), isLast: true) is { } ledger)
            journal.Append(ledger);
        journal.Append(clock.GetUtcNow(), new AgentNote("agent stopped; engines go on", "agent"));
    }

    /// <summary>By then every probe that looks often has looked, and what they need stays.</summary>
    private async Task SettleAsync(CancellationToken cancellation)
    {
        await Task.Delay(Settled, clock, cancellation);
        OwnMemory.GiveBack();
    }

    private async Task TakeUpAsync(CancellationToken cancellation)
    {
        // The loop is ready at once, however long an engine takes.
        await Task.Yield();
        foreach (var engine in engines)
            await TakeUpAsync(engine, cancellation);
    }

    /// <summary>
    /// An engine that runs is adopted. One that ended while no agent looked is left to the policy, as any engine that ended.
    /// One that was never started on this boot is started, unless somebody said no.
    /// </summary>
    private async Task TakeUpAsync(SupervisedEngine engine, CancellationToken cancellation)
    {
        foreach (var caution in await engine.Handle.CautionsAsync(cancellation))
            LogMessages.WarnedOfEngine(log, engine.Name, caution);
        if (await engine.Handle.AdoptAsync(keeps: true, cancellation))
        {
            starter.Keep(engine);
            var run = engine.Handle.Run!;
            LogMessages.ToldOfEngine(log, engine.Name, engine.Handle.Life() == EngineLife.Running
                ? $"adopted process {run.ProcessId}, started {run.StartedAt:u}"
                : $"process {run.ProcessId} ended while no agent looked");
            return;
        }

        var subject = engine.Settings.Subject;
        var now = clock.GetUtcNow();
        var reason = !engine.Handle.Wanted ? "an operator stopped it"
            : settings.Mode == AgentMode.Observe ? "mode is observe"
            : memory.Maintenances(now).FirstOrDefault(m => m.Covers(subject, now)) is { } window ? $"maintenance by {window.By}"
            : memory.Incidents.FirstOrDefault(i => i.IsOpen && (i.Subject == subject || i.Touched.Contains(subject))) is { } incident
                ? $"incident {incident.Id} decides"
            : null;
        if (reason is not null)
        {
            LogMessages.ToldOfEngine(log, engine.Name, $"not started, {reason}");
            return;
        }

        var (started, detail) = await starter.StartAsync(engine, cancellation);
        journal.Append(now, new AgentNote($"engine {engine.Name}: {(started ? "started" : "not started")}: {detail}", "agent"));
        LogMessages.ToldOfEngine(log, engine.Name, $"{(started ? "started" : "not started")}: {detail}");
    }

    /// <summary>Null: no such engine, or not judged yet.</summary>
    public EngineVerdictDocument? VerdictOn(string engine) =>
        engines.FirstOrDefault(e => e.Name == engine)?.Signs.Newest is { } newest ? EngineVerdictDocument.Of(engine, newest, clock.GetUtcNow()) : null;

    private static ChannelDocument HowIs(ChannelView view) => new()
    {
        Name = view.State.Name,
        FailingSince = view.State.FailingSince,
        Problem = view.State.Problem,
        Waiting = view.Waiting,
        OldestAt = view.OldestAt,
        Dead = view.Dead,
        LastSentAt = view.State.LastSentAt,
    };

    private static OverdueDocument Late(OverdueProbe late) =>
        new(late.Probe, late.Subject.ToString(), late.Since, Math.Round(late.For.TotalSeconds), Math.Round(late.Allowed.TotalSeconds));

    private EngineStatus StatusOf(SupervisedEngine engine)
    {
        var life = engine.Handle.Life();
        var run = engine.Handle.Run;
        var stage = life == EngineLife.Running ? engine.Handle.Log?.Read().StageText ?? "" : "";
        return new EngineStatus(
            engine.Name,
            Words.Of(life),
            stage,
            engine.Handle.Wanted,
            life == EngineLife.Running ? run?.ProcessId : null,
            run?.StartedAt,
            engine.Settings.Model,
            engine.Settings.Address?.ToString() ?? "no port (headless)",
            [.. engine.Settings.Chips.Select(c => c.Id)],
            run?.LogFile,
            VerdictOn(engine.Name));
    }
}
