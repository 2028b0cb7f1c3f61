using Agent.Configuration;
using Agent.Domain.Engines;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Engines.Starting;
using Agent.Storage;

namespace Agent.Supervision;

/// <summary>
/// The first thing an agent does with its engines. An engine that runs is adopted. One that ended while no agent looked is left to the policy, as
/// any engine that ended. One that was never started on this boot is started, unless somebody said no.
/// </summary>
internal sealed class EngineTakeUp(
    AgentSettings settings, SupervisionMemory memory, Journal journal, EngineStarter starter, TimeProvider clock, ILogger<EngineTakeUp> log)
{
    public async Task RunAsync(IReadOnlyList<SupervisedEngine> engines, CancellationToken cancellation)
    {
        // The loop is ready at once, however long an engine takes.
        await Task.Yield();
        foreach (var engine in engines)
            await TakeUpAsync(engine, cancellation);
    }

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

        var now = clock.GetUtcNow();
        if (HeldBack(engine, now) is { } reason)
        {
            LogMessages.ToldOfEngine(log, engine.Name, $"not started, {reason}");
            return;
        }

        var (started, detail) = await starter.StartAsync(engine, cancellation);
        journal.Append(now, new AgentNote($"engine {engine.Name}: {(started ? "started" : "not started")}: {detail}", "agent"));
        LogMessages.ToldOfEngine(log, engine.Name, $"{(started ? "started" : "not started")}: {detail}");
    }

    private string? HeldBack(SupervisedEngine engine, DateTimeOffset now)
    {
        var subject = engine.Settings.Subject;
        return !engine.Handle.Wanted ? "an operator stopped it"
            : settings.Mode == AgentMode.Observe ? "mode is observe"
            : memory.Maintenances(now).FirstOrDefault(m => m.Covers(subject, now)) is { } window ? $"maintenance by {window.By}"
            : memory.Incidents.FirstOrDefault(i => i.IsOpen && (i.Subject == subject || i.Touched.Contains(subject))) is { } incident
                ? $"incident {incident.Id} decides"
            : null;
    }
}
