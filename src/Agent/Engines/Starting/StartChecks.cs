using Agent.Adapters.Processes;
using Agent.Domain.Faults;

namespace Agent.Engines.Starting;

/// <summary>What is looked at before an engine is started, and put in order where nobody can be harmed by it.</summary>
internal sealed class StartChecks(EnginePort port, ChipOccupants chips, SharedMemory memory, SocketTable sockets)
{
    /// <summary>Removes what killed engines left, then looks.</summary>
    /// <returns>Why the engine must not be started, or null; and what was found, for people.</returns>
    public async Task<(StartRefusal? Refusal, string Detail)> PrepareAsync(SupervisedEngine engine, CancellationToken cancellation)
    {
        if (port.Lock(engine.Settings.Port) is { } other)
            return (new StartRefusal(FaultCodes.EnginePortTaken, other), other);
        List<string> removed = [.. memory.RemoveLeftovers()];
        if (StaleSocket.Remove(engine, sockets) is { } socket)
            removed.Add(socket);
        var (refusal, detail) = await LookAsync(engine, cancellation);
        return (refusal, removed.Count == 0 ? detail : $"{detail}, removed {string.Join(", ", removed)}");
    }

    public async Task<(StartRefusal? Refusal, string Detail)> LookAsync(SupervisedEngine engine, CancellationToken cancellation)
    {
        if (port.Holder(engine.Settings) is { } holder)
            return (new StartRefusal(FaultCodes.EnginePortTaken, holder), holder);
        var (full, room) = memory.Room(engine);
        if (full is not null)
            return (full, full.Detail);
        var (held, idle) = await chips.LookAsync(engine, cancellation);
        return (held, held?.Detail ?? string.Join(", ", ((string[])[$"port {engine.Settings.Port} is free", idle, room]).Where(t => t.Length > 0)));
    }

    /// <summary>The engine runs: its port is this agent's, whoever started it.</summary>
    public void Keep(SupervisedEngine engine) => port.Lock(engine.Settings.Port);
}
