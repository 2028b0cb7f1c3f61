using Agent.Adapters.NpuSmi;
using Agent.Domain.Faults;
using Agent.Domain.Observations;

namespace Agent.Probes.Npu;

internal static class NpuSmiObservations
{
    /// <summary>npu-smi told nothing: the chips are unknown, which is a fault of looking and never one of the chips.</summary>
    public static Observation CouldNotLook(string probe, NpuSmiProblem problem, string rawText, DateTimeOffset at) => new()
    {
        Probe = probe,
        Subject = Subject.Host,
        Verdict = Verdict.CouldNotLook,
        Fault = problem.Hangs ? FaultCodes.NpuSmiHangs : FaultCodes.NpuSmiUnusable,
        Summary = problem.Cause,
        NextStep = problem.NextStep,
        // All of it goes to the journal once, with the incident: what could not be read is what somebody will have to look at.
        Evidence = [.. rawText.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(500).Select(Printable)],
        At = at,
    };

    private static string Printable(string line) => string.Concat(line.Take(200).Select(c => char.IsControl(c) ? '?' : c)).Trim();
}
