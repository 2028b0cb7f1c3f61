using Agent.Adapters;
using Agent.Domain;
using Agent.Storage;

namespace Agent.Supervision;

/// <summary>Tells of a host's clock that was set while the agent runs. Nothing else happens then: the agent counts by a clock of its own.</summary>
internal sealed class ClockSteps(Journal journal, TimeProvider clock, ILogger log)
{
    private TimeSpan _told = TimeSpan.Zero;

    /// <summary>Tells of a clock that was set while no agent ran, for which the journal's entries were moved at this start.</summary>
    public static void TellOfMoved(Journal journal, TimeSpan moved, TimeProvider clock)
    {
        if (moved == TimeSpan.Zero)
            return;
        var note = $"the host's clock was set since this boot began; its entries were moved by {Durations.Text(moved)}";
        journal.Append(clock.GetUtcNow(), new AgentNote(note, "agent"));
    }

    /// <summary>Called by the loop at every turn.</summary>
    public void Look()
    {
        var by = clock.SetBy();
        var step = by - _told;
        if (step.Duration() < HostClock.Jitter)
            return;
        _told = by;
        var far = Durations.Text(TimeSpan.FromSeconds(Math.Round(step.Duration().TotalSeconds)));
        var text = $"the host's clock was set {(step > TimeSpan.Zero ? "forward" : "back")} by {far}. It shows {clock.HostNow():u} now. "
            + "Waits, budgets and ages are counted on without it. If nobody set it, look at the host's time server (chronyc tracking, timedatectl)";
        journal.Append(clock.GetUtcNow(), new AgentNote(text, "agent"));
        LogMessages.Warned(log, text);
    }
}
