using Agent.Adapters;
using Agent.Adapters.Processes;
using Agent.Configuration;
using Agent.Domain.Recovery;
using Agent.Metrics;
using Agent.Probes;
using Agent.Storage;

namespace Agent.Supervision;

/// <summary>The running agent: takes over or starts the engines, then lets the loop, the probes and what runs beside them run.</summary>
internal sealed class Daemon(TimeProvider clock, ILogger<Daemon> log)
{
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    private static readonly string Version = typeof(Daemon).Assembly.GetName().Version?.ToString(3) ?? "of unknown version";

    public required AgentSettings Settings { get; init; }

    public required SupervisionMemory Memory { get; init; }

    public required Journal Journal { get; init; }

    public required SupervisionLoop Loop { get; init; }

    public required EngineTakeUp TakeUp { get; init; }

    /// <summary>Each runs as long as the loop does, and sends it messages at most.</summary>
    public required IReadOnlyList<Func<CancellationToken, Task>> Beside { get; init; }

    public required Telling Telling { get; init; }

    public required Heartbeat Heart { get; init; }

    public required PresentState Present { get; init; }

    public required AgentMetrics Metrics { get; init; }

    /// <summary>The outbox is not the loop's, and takes its commands itself.</summary>
    public Task<OperatorAnswer> AskAsync(OperatorCommand command, CancellationToken cancellation) =>
        command is RetryNotices retry ? Telling.AgainAsync(retry) : Loop.AskAsync(command, cancellation);

    public async Task RunAsync(ProbeSchedule probes, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var start = StartText.Of(Settings, Memory.Settings(now).Layout.Chips);
        Journal.Append(now, new AgentNote("agent started: " + start, "agent"));
        LogMessages.Starts(log, Version, start);
        if (Settings.Mode == AgentMode.Observe)
            LogMessages.Warned(log, "mode is observe: nothing is started, stopped or recovered");
        using var stopping = cancellation.Register(Heart.Stopping);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var takenUp = TakeUp.RunAsync(Present.Engines, ends.Token);
        var running = Loop.RunAsync(takenUp, ends.Token);
        await takenUp;
        LogMessages.TakenUp(log, StartText.TakenUp(Present.Engines, Memory.Incidents, Memory.Maintenances(now), now));
        await probes.StartAsync(cancellation);
        try
        {
            await Together.RunAsync([_ => running, SettleAsync, .. Beside], ends);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The agent was asked to stop.
        }

        await probes.StopAsync(CancellationToken.None);
        await running;
        if (Memory.LookAtService(clock.GetUtcNow(), isLast: true) is { } ledger)
            Journal.Append(ledger);
        Journal.Append(clock.GetUtcNow(), new AgentNote("agent stopped; engines go on", "agent"));
    }

    /// <summary>By then every probe that looks often has looked, and what they need stays.</summary>
    private async Task SettleAsync(CancellationToken cancellation)
    {
        await Task.Delay(Settled, clock, cancellation);
        OwnMemory.GiveBack();
    }
}
