using Agent.Domain;
using Agent.Domain.Observations;

namespace Agent.Probes;

/// <summary>A probe that has not looked for too long.</summary>
/// <param name="Since">When its last look ended, or the schedule began.</param>
/// <param name="For">How long that is ago.</param>
/// <param name="Allowed">How long it may take from one look to the next.</param>
internal sealed record OverdueProbe(string Probe, Subject Subject, DateTimeOffset Since, TimeSpan For, TimeSpan Allowed)
{
    public string Text => $"{Probe} of {Subject} has not looked for {Durations.Text(For)}, allowed are {Durations.Text(Allowed)}";
}

/// <summary>What there is to know of the schedule beside what the probes see: an agent that no longer looks must not pass for a sound one.</summary>
/// <param name="Overdue">Probes that have not looked for too long.</param>
/// <param name="IsBlind">Whether none looks any more.</param>
internal sealed record ProbeWatch(Func<IReadOnlyList<OverdueProbe>> Overdue, Func<bool> IsBlind);
