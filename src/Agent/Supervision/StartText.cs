using Agent.Configuration;
using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Engines;

namespace Agent.Supervision;

/// <summary>What a start tells in the log: what the agent goes by, and what it found of the agent before it.</summary>
internal static class StartText
{
    public static string Of(AgentSettings settings, IReadOnlyList<Subject> chips) =>
        $"configuration {settings.File}, profile {settings.Vendor.Profile} ({settings.Vendor.ProfileReason}), mode {Words.Of(settings.Mode)}, "
        + $"state folder {settings.StateFolder}, {Listed("engine", "engines", settings.Engines.Select(e => e.Name))}, "
        + (chips.Count == 0 ? "no chips known yet" : Listed("chip known", "chips known", chips.Select(c => c.Id)));

    public static string TakenUp(
        IReadOnlyList<SupervisedEngine> engines, IReadOnlyList<Incident> incidents, IEnumerable<Maintenance> windows, DateTimeOffset now)
    {
        List<string> parts =
        [
            .. engines.Select(e => $"engine {e.Name}: {Found(e)}"),
            .. incidents.Where(i => i.IsOpen).Select(i => $"incident {i.Id}: {i.Fault} on {i.Subject}, {Words.Of(i.State)}"),
            .. windows.Where(w => w.IsActive(now)).Select(w => $"maintenance of {w.Subject} until {w.Until:u} by {w.By}"),
        ];
        return parts.Count == 0 ? "nothing" : string.Join("; ", parts);
    }

    private static string Found(SupervisedEngine engine) =>
        !engine.Handle.Wanted ? "stopped on request"
        : engine.Handle is { Run: { } run } host && host.Life() == EngineLife.Running ? $"process {run.ProcessId}"
        : Words.Of(engine.Handle.Life());

    private static string Listed(string one, string many, IEnumerable<string> names)
    {
        var list = names.ToList();
        return list.Count == 0 ? $"no {many}" : $"{Counted.Text(list.Count, one, many)} ({string.Join(", ", list)})";
    }
}
