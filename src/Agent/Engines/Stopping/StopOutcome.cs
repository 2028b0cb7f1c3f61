using System.Globalization;
using Agent.Adapters.Processes;
using Agent.Domain;

namespace Agent.Engines.Stopping;

/// <summary>A process that is still there after SIGKILL.</summary>
/// <param name="WaitsIn">The kernel function in which one of its threads sleeps uninterruptibly; null when none does.</param>
internal sealed record Survivor(ProcessEntry Process, string? WaitsIn)
{
    /// <summary>Nothing that runs on the host can end it. Its wait in the kernel has to end.</summary>
    public bool IsStuck => WaitsIn is not null;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Process.Id.Pid} {Process.Name} ({(IsStuck ? $"state D in {WaitsIn}" : $"state {Process.State}")})");
}

/// <summary>How a stop ended.</summary>
internal sealed record StopOutcome(IReadOnlyList<Survivor> Survivors, TimeSpan Waited)
{
    /// <summary>The reason why the engine's unit or container could not be stopped with it. Null when it was stopped, or the engine has none.</summary>
    public string? NotClosed { get; init; }

    public bool IsStopped => Survivors.Count == 0 && NotClosed is null;

    /// <summary>The rest can only be cured at the place where it waits: in the chip or the driver.</summary>
    public bool IsStuck => Survivors.Any(s => s.IsStuck);

    public string Text => Survivors.Count == 0
        ? NotClosed ?? "no process of it lives"
        : $"{Counted.Text(Survivors.Count, "process survives", "processes survive")} SIGKILL for "
            + $"{Durations.Text(Waited)}{(IsStuck ? ", stuck in the kernel" : "")}: {string.Join(", ", Survivors)}";
}
