using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Demo;

/// <summary>A story of the demo: faults of the simulator, alone or together.</summary>
/// <param name="Faults">The faults in the order of their injection.</param>
/// <param name="Expected">The expected course for a viewer, with the codes of the faults that tell the story.</param>
/// <param name="Probe">A probe that only this story needs. It is off otherwise, because each look asks dozens of questions.</param>
/// <param name="Harmless">The picture is hard to judge for the agent, but nothing is wrong. The play succeeds when the agent stays calm.</param>
internal sealed record DemoScenario(string Name, string[] Faults, string Expected, string? Probe = null, bool Harmless = false)
{
    public const string Default = "chips-unavailable";

    /// <summary>The codes of faults in the expected course.</summary>
    public IReadOnlyList<string> Told { get; } = [.. Expected.Split(' ', ',', ':', ';', '(', ')').Where(word => FaultCatalog.Default.Find(word) is not null)];

    /// <summary>
    /// Whether an incident belongs to this story. A busy machine has other incidents beside it, such as an npu-smi that answers late. In a harmless
    /// story, no incident of the engine may happen.
    /// </summary>
    public bool IsToldBy(Incident incident) =>
        incident.ConfirmedAt is not null
        && (Harmless ? incident.Subject.Kind == SubjectKind.Engine : Told.Contains(incident.Fault) || incident.Related.Any(r => Told.Contains(r.Fault)));

    public static readonly IReadOnlyList<DemoScenario> All =
    [
        new("chips-unavailable", ["chips-unavailable"], "chips-lost, rung driver: all evidence, driver restart, engine serves again"),
        new("driver-down", ["driver-down"], "driver-failed, rung driver"),
        new("chip-alarm", ["chip-alarm"], "chip-alarm, rung chip: the reset cures it"),
        new("reset-lies", ["reset-lies", "chip-alarm"], "chip-alarm: the reset says success and changes nothing, so rung driver follows"),
        new("reset-fails", ["reset-fails", "chip-alarm"], "chip-alarm: the reset fails, so rung driver follows"),
        new("chip-worn-out", ["chip-worn-out"], "chip-unfit, handed over; the engine goes on serving"),
        new("driver-restart-fails", ["driver-restart-fails", "chips-unavailable"],
            "chips-lost; the restart fails and the driver unit with it, so driver-failed is handed over"),
        new("engine-exit", ["engine-exit"], "engine-exited (exit code 0), rung engine"),
        new("worker-killed", ["worker-killed"], "engine-worker-died, rung engine"),
        new("api-killed", ["api-killed"], "engine-orphans, rung orphans"),
        new("engine-hang", ["engine-hang"], "engine-hung with /health 200, rung engine"),
        new("engine-hang-idle", ["engine-hang-idle"], "engine-hung seen by canaries, rung engine"),
        new("engine-hang-busy", ["engine-hang-busy"], "engine-hung with every chip at full load, as in a long prompt, rung engine"),
        new("engine-hang-uneven", ["engine-hang-uneven"], "engine-hung: one chip spins and the others do nothing, rung engine"),
        new("engine-hang-silent", ["engine-hang-silent"], "engine-hung: /health answers and /metrics does not, rung engine"),
        new("worker-stuck", ["worker-stuck"], "engine-hung, the log's own words among the reasons, rung engine"),
        new("execute-timeout", ["execute-timeout"], "engine-hung or, half a minute later, engine-exited (exit code 0), rung engine"),
        new("dead-but-stays", ["dead-but-stays"], "engine-not-serving: /health 503 and nobody leaves, rung engine"),
        new("core-vanishes", ["core-vanishes"], "engine-not-serving although /health says 200, rung engine"),
        new("api-deaf", ["api-deaf"], "engine-hung over idle chips, rung engine"),
        new("ignores-sigterm", ["ignores-sigterm"], "engine-hung, stopped by SIGKILL, rung engine"),
        new("out-of-memory", ["out-of-memory"], "engine-out-of-memory, rung engine"),
        new("aicore-timeout", ["aicore-timeout"], "engine-device-error (507014), rung engine"),
        new("collective-timeout", ["collective-timeout"], "engine-communication-failed, all ranks are restarted, rung engine"),
        new("garbage", ["garbage"], "engine-output-degraded, rung engine"),
        new("shifted-logprobs", ["shifted-logprobs"], "nothing is told: only `engine accept` gives engine-quality something to compare with", Harmless: true),
        new("config-error", ["config-error"], "engine-config-error, handed over without a restart loop"),
        new("kv-cache-too-small", ["kv-cache-too-small"], "engine-kv-cache-too-small, handed over"),
        new("start-stall", ["start-stall"], "engine-exited, the start stalls, handed over"),
        new("start-dies", ["start-dies"], "engine-start-fails after two starts that failed alike, handed over"),
        new("weights-slow", ["weights-slow"], "engine-start-stalled with the time that the weights need, handed over"),
        new("graph-capture-fails", ["graph-capture-fails"], "engine-config-error with what may help, handed over"),
        new("hccl-port-taken", ["hccl-port-taken"], "engine-port-taken, handed over"),
        new("chip-taken", ["chip-taken", "engine-exit"], "engine-exited; the chip is in other hands, so device-taken names its holder and is handed over"),
        new("sigterm-by-other", ["sigterm-by-other"], "engine-stopped-by-other, respected"),
        new("memory-held", ["memory-held", "engine-exit"], "engine-exited, then chip-memory-held by nobody: rungs engine, orphans, chip"),
        new("slow", ["slow"], "engine-slow, noted"),
        new("canaries-starve", ["canaries-starve"], "engine-canary-unanswered although the counters move, noted"),
        new("kv-partner-dead", ["kv-partner-dead"], "engine-work-waits: requests wait for a partner that is gone and none runs, noted"),
        new("log-flood", ["log-flood"], "engine-log-flood with the line that repeats, noted; the log stays within its bounds"),
        new("api-busy", ["api-busy"], "engine-hung: no answer over idle chips (with work behind it the same is saturation); a restart changes nothing, "
            + "handed over"),
        new("metrics-slow", ["metrics-slow"], "a slow /metrics says nothing of the engine: no incident", Harmless: true),
        new("prompts-slow", ["prompts-slow"], "long prompts are no hang: no incident", Harmless: true),
        new("chip-warning", ["chip-warning"], "chip-warning, noted"),
        new("ecc-uncorrectable", ["ecc-uncorrectable"], "memory-uncorrectable with its counters, noted", "chip-memory"),
        new("chip-hot", ["chip-hot"], "chip-too-hot with its temperatures, noted", "chip-heat"),
        new("link-down", ["link-down"], "link-down with the time of its loss, noted", "link-health"),
        new("npu-smi-slow", ["npu-smi-slow"], "npu-smi-hangs: it takes longer than its limit, noted, nothing touched"),
        new("npu-smi-hang", ["npu-smi-hang"], "npu-smi-hangs, noted, nothing touched"),
        new("npu-smi-no-mapping", ["npu-smi-no-mapping", "engine-exit"],
            "engine-exited; npu-smi info -m hangs, so the engine is started on the device numbers that were kept, rung engine"),
        new("npu-smi-garbage", ["npu-smi-garbage"], "npu-smi-unusable, noted, nothing touched"),
        new("npu-smi-cut", ["npu-smi-cut"], "npu-smi-unusable, noted, nothing touched"),
        new("npu-smi-fails", ["npu-smi-fails"], "npu-smi-unusable, noted, nothing touched"),
    ];
}
