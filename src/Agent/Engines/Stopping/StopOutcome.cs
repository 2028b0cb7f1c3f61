using System.Globalization;
using Agent.Adapters.Processes;
using Agent.Domain;

namespace Agent.Engines.Stopping;

/// <summary>A process that is still there after SIGKILL.</summary>
/// <param name="WaitsIn">The kernel function in which one of its threads sleeps uninterruptibly; null when none does.</param>
internal sealed record Survivor(ProcessEntry Process, string? WaitsIn)
{
    /// <summary>Nothing that runs on the host can end it; what it waits for has to end.</summary>
    public bool IsStuck => WaitsIn is not null;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Process.Id.Pid} {Process.Name} ({(IsStuck ? $"state D in {WaitsIn}" : $"state {Process.State}")})");
}

/// <summary>How a stop ended.</summary>
internal sealed record StopOutcome(IReadOnlyList<Survivor> Survivors, TimeSpan Waited)
{
    /// <summary>Why what the engine ran in could not be stopped with it; null when it was, or is nothing of its own.</summary>
    public string? NotClosed { get; init; }

    public bool IsStopped => Survivors.Count == 0 && NotClosed is null;

    /// <summary>What is left can only be cured where it waits: in the chip or the driver.</summary>
    public bool IsStuck => Survivors.Any(s => s.IsStuck);

    public string Text => Survivors.Count == 0
        ? NotClosed ?? "no process of it lives"
        : $"{Survivors.Count} processes survive SIGKILL for {Durations.Text(Waited)}{(IsStuck ? ", stuck in the kernel" : "")}: {string.Join(", ", Survivors)}";
}
