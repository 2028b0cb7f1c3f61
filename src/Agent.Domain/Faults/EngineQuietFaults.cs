using System.Collections.Immutable;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using static Agent.Domain.Faults.FaultCodes;

namespace Agent.Domain.Faults;

/// <summary>Engine faults with which every request is still answered. Nothing is touched for them.</summary>
internal static class EngineQuietFaults
{
    private static readonly string[] Louder =
    [
        DriverFailed, ChipsLost, DeviceNotAvailable, DeviceContactLost, ChipAlarm, ChipError, EngineOrphans, EngineOutOfMemory, EngineWorkerDied, EngineHung, EngineNotServing, EngineExited,
    ];

    public static readonly ImmutableArray<Fault> All =
    [
        Row(EngineConfigDrift) with
        {
            Title = new("The engine runs with other options than configured", "引擎实际参数与配置不一致"),
            Meaning = new(
                "Its log, /v1/models or /metrics shows an option that differs from the engine section: it was started before the file was changed, or by somebody else, or vLLM did not take the option.",
                "引擎日志、/v1/models 或 /metrics 显示某个参数与配置文件不同：引擎在修改配置前启动、由他人启动，或 vLLM 未采用该参数。"),
            PersonShould = new(
                "`npu-agent engine restart NAME` to run it as configured, or write into agent.yaml what it runs with. `npu-agent engine explain NAME --command` shows what is wanted.",
                "执行 npu-agent engine restart NAME 使配置生效，或将实际参数写入 agent.yaml；npu-agent engine explain NAME --command 显示期望的命令行。"),
        },
        Row(EngineThroughputLow) with
        {
            DependsOn = [.. Louder, ChipThrottled, ChipTooHot, EngineSlow],
            Title = new("The engine produces fewer tokens than it used to", "引擎吞吐低于基线"),
            Meaning = new(
                "With as many requests running as before, tokens per second have been below the configured share of the learned baseline for the configured time.",
                "在相同并发下，每秒 token 数持续低于所学基线的配置比例。"),
            PersonShould = new(
                "Look for a lowered chip clock, heat, preemptions, longer prompts or a busy host CPU; `npu-agent engine bench NAME` on the drained engine shows whether it is the engine or the requests.",
                "检查芯片降频、温度、抢占、输入变长或主机 CPU 占用；在无负载时执行 npu-agent engine bench NAME 可区分引擎与请求的原因。"),
        },
    ];

    private static Fault Row(string code) => new()
    {
        Code = code,
        On = SubjectKind.Engine,
        Severity = Severity.Warning,
        StartsAt = Rung.Note,
        Limit = Rung.Note,
        ConfirmAfter = TimeSpan.Zero,
        // The probe looks seldom and at many figures: it is sure when it says so.
        Sightings = 1,
        DependsOn = Louder,
        Title = new("", ""),
        Meaning = new("", ""),
        AgentDoes = new("Records it and tells; touches nothing.", "记录并通知，不做任何操作。"),
        PersonShould = new("", ""),
    };
}
