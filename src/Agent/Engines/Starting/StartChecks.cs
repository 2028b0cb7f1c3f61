using Agent.Adapters.Processes;
using Agent.Configuration.Engines;
using Agent.Domain.Faults;

namespace Agent.Engines.Starting;

/// <summary>The checks before an engine is started. They also repair what can be repaired without harm to anybody.</summary>
internal sealed class StartChecks(EnginePort port, ChipOccupants chips, SharedMemory memory, SocketTable sockets)
{
    /// <summary>Removes the leftovers of killed engines, then looks.</summary>
    /// <returns>The reason why the engine must not be started, or null, and the findings for people.</returns>
    public async Task<(StartRefusal? Refusal, string Detail)> PrepareAsync(SupervisedEngine engine, CancellationToken cancellation)
    {
        if (engine.Settings.HasFrontEnd && port.Lock(engine.Settings.Port) is { } other)
            return (new StartRefusal(FaultCodes.EnginePortTaken, other), other);
        List<string> removed = [.. memory.RemoveLeftovers()];
        // Leftovers of an engine in the agent's own unit belong to another user. The unit removes them.
        if (!engine.Settings.RunsIn.IsOwnUnit && StaleSocket.Remove(engine.Settings.Arguments.GetValueOrDefault(StaleSocket.Option), sockets) is { } socket)
            removed.Add(socket);
        var (refusal, detail) = await LookAsync(engine, cancellation);
        return (refusal, removed.Count == 0 ? detail : $"{detail}, removed {string.Join(", ", removed)}");
    }

    public async Task<(StartRefusal? Refusal, string Detail)> LookAsync(SupervisedEngine engine, CancellationToken cancellation)
    {
        if (Twin(engine.Settings) is { } twin)
            return ByHand(engine, port.Describe(twin));
        if (engine.Settings.HasFrontEnd && port.Holder(engine.Settings) is { } holder)
            return (new StartRefusal(FaultCodes.EnginePortTaken, holder), holder);
        var (full, room) = memory.Room(engine);
        if (full is not null)
            return (full, full.Detail);
        var (held, idle) = await chips.LookAsync(engine, cancellation);
        return (held, held?.Detail ?? string.Join(", ", ((string[])[engine.Settings.HasFrontEnd ? $"port {engine.Settings.Port} is free" : "", idle, room])
            .Where(t => t.Length > 0)));
    }

    /// <inheritdoc cref="EnginePort.Twin"/>
    public ProcessEntry? Twin(EngineSettings engine) => engine.HasFrontEnd ? port.Twin(engine) : null;

    private static (StartRefusal Refusal, string Detail) ByHand(SupervisedEngine engine, string twin)
    {
        var engineOf = engine.Settings;
        var text = $"{twin} runs {engineOf.Model} on port {engineOf.Port} already, and the agent did not start it; "
            + $"`npu-agent engine adopt {engineOf.Name}` takes it over as it runs, or stop it and start the engine";
        return (new StartRefusal(FaultCodes.EngineStartedByHand, text), text);
    }

    /// <summary>The engine runs. This agent holds its port, whoever started it.</summary>
    public void Keep(SupervisedEngine engine)
    {
        if (engine.Settings.HasFrontEnd)
            port.Lock(engine.Settings.Port);
    }
}
