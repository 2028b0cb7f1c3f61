using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Probes;

namespace Agent.Supervision;

/// <summary>How the host is in one line, for `systemctl status`.</summary>
internal static class StateLine
{
    private const int ToldIncidents = 3;
    private const int ToldProbes = 3;

    public static string Of(AgentMode mode, IReadOnlyList<SupervisedEngine> engines, IReadOnlyList<Incident> incidents, IReadOnlyList<OverdueProbe> overdue)
    {
        var states = engines.Select(e => $"{e.Name} {(e.Signs.Newest is { } newest ? Words.Of(newest.Verdict.State) : "not judged yet")}");
        var open = incidents.Where(i => i.IsOpen).ToList();
        var told = open.Take(ToldIncidents).Select(i => $"{i.Fault} on {i.Subject} {Words.Of(i.State)}");
        var count = open.Count == 0 ? "no incident" : Counted.Text(open.Count, "incident") + ": ";
        var names = string.Join(", ", overdue.Take(ToldProbes).Select(o => o.Probe)) + (overdue.Count > ToldProbes ? ", ..." : "");
        var late = overdue.Count == 0 ? "" : $"overdue probes: {names}; ";
        return late + (mode == AgentMode.Observe ? "observing only; " : "") + string.Join(", ", states) + "; " + count + string.Join(", ", told)
            + (open.Count > ToldIncidents ? ", ..." : "");
    }
}
