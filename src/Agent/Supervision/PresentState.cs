using Agent.Adapters;
using Agent.Configuration;
using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.ForeignText;
using Agent.Notifications.Queue;
using Agent.Probes;
using Agent.Reports;
using Agent.Storage;

namespace Agent.Supervision;

/// <summary>The present state of agent and engines, for whoever asks from outside.</summary>
internal sealed class PresentState(AgentSettings settings, HostParts host, Journal journal, Heartbeat heart, ProbeWatch watch, TimeProvider clock)
{
    private static readonly TimeSpan StandsStillAfter = TimeSpan.FromMinutes(5);
    private const int ToldProbes = 5;
    private const string RestartHelps = "If it stays so, restart the agent: systemctl restart npu-agent. Engines go on";

    public IReadOnlyList<SupervisedEngine> Engines => host.Engines;

    public TextGate Gate => host.Gate;

    /// <summary>How the receivers of messages are doing.</summary>
    public required Func<IReadOnlyList<ChannelView>> Channels { get; init; }

    /// <summary>What lies on the disk.</summary>
    public required Func<KeptDocument> Kept { get; init; }

    /// <summary>JSON of the present state, which holds what others wrote.</summary>
    public DocumentJson Documents { get; } = DocumentJson.Through(host.Gate);

    /// <summary>Why the agent cannot be relied on now; null when it can. What is wrong with the host is none of it.</summary>
    public string? Trouble => heart.SinceTurn >= StandsStillAfter
        ? "the supervision loop stands still"
        : watch.Overdue() is [_, ..] overdue
            ? $"{string.Join("; ", overdue.Take(ToldProbes).Select(o => o.Text))}{(overdue.Count > ToldProbes ? "; and others" : "")}. {RestartHelps}"
            : null;

    public StatusDocument Of(SupervisionStatus status)
    {
        var counted = StatusDocument.Of(status, settings.Vendor.Profile, [.. Engines.Select(Of)], [.. watch.Overdue().Select(Late)], journal.Problem) with
        {
            Kept = Kept(),
            Channels = [.. Channels().Select(HowIs)],
        };
        return counted.Moved(clock.SetBy());
    }

    /// <summary>Null: no such engine, or not judged yet.</summary>
    public EngineVerdictDocument? VerdictOn(string engine) =>
        Engines.FirstOrDefault(e => e.Name == engine)?.Signs.Newest is { } newest ? EngineVerdictDocument.Of(engine, newest, clock.GetUtcNow()) : null;

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

    private EngineStatus Of(SupervisedEngine engine)
    {
        var life = engine.Handle.Life();
        var run = engine.Handle.Run;
        return new EngineStatus
        {
            Name = engine.Name,
            Life = Words.Of(life),
            Stage = life == EngineLife.Running ? engine.Handle.Log?.Read().StageText ?? "" : "",
            Wanted = engine.Handle.Wanted,
            ProcessId = life == EngineLife.Running ? run?.ProcessId : null,
            StartedAt = run?.StartedAt,
            Model = engine.Settings.Model,
            Address = engine.Settings.Address?.ToString() ?? "no port (headless)",
            Chips = [.. engine.Settings.Chips.Select(c => c.Id)],
            Log = run?.LogFile,
            Verdict = VerdictOn(engine.Name),
        };
    }
}
