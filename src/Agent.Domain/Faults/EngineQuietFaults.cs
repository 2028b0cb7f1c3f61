using System.Collections.Immutable;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using static Agent.Domain.Faults.FaultCodes;

namespace Agent.Domain.Faults;

public static partial class FaultCodes
{
    public const string EngineConfigDrift = "engine-config-drift";
    public const string EngineThroughputLow = "engine-throughput-low";
    public const string EngineLogFlood = "engine-log-flood";
    public const string EngineOnOtherChips = "engine-on-other-chips";
    public const string EngineLogUnbounded = "engine-log-unbounded";
}

/// <summary>Engine faults during which every request is still answered. Nothing is touched for them.</summary>
internal static class EngineQuietFaults
{
    /// <summary>The faults that are told instead of them.</summary>
    internal static readonly string[] Louder =
    [
        DriverFailed, ChipsLost, DeviceNotAvailable, DeviceContactLost, ChipAlarm, ChipError, EngineOrphans, EngineOutOfMemory, EngineWorkerDied,
            EnginePaused, EngineHung, EngineNotServing, EngineExited,
    ];

    public static readonly ImmutableArray<Fault> All =
    [
        Row(EngineConfigDrift) with
        {
            Title = new("The engine runs with other options than configured", "引擎实际参数与配置不一致"),
            Meaning = new(
                "Its log, /v1/models or /metrics shows an option that differs from the engine section: it was started before the file was changed, or by "
                    + "somebody else, or vLLM did not take the option.",
                "引擎日志、/v1/models 或 /metrics 显示某个参数与配置文件不同：引擎在修改配置前启动、由他人启动，或 vLLM 未采用该参数。"),
            PersonShould = new(
                "`npu-agent engine restart NAME` to run it as configured, or write its real options into agent.yaml. `npu-agent engine explain NAME "
                    + "--command` shows what is wanted.",
                "执行 npu-agent engine restart NAME 使配置生效，或将实际参数写入 agent.yaml；npu-agent engine explain NAME --command 显示期望的命令行。"),
        },
        Row(EngineOnOtherChips) with
        {
            // A run that ends and one that begins may stand in the same table.
            Sightings = 2,
            Title = new("The engine does not hold the chips it was meant to", "引擎实际占用的芯片与配置不一致"),
            Meaning = new(
                "The process table of npu-smi shows one of these: its processes hold memory on a chip that is not its own, they hold none on one of its "
                    + "chips, or somebody else's process is on one of its chips. Two engines may share a chip, and each may find too little memory and fail.",
                "npu-smi 进程表显示，引擎进程占用了不属于它的芯片、未占用全部配置的芯片，或其芯片上有其他进程：两个引擎可能共用一个芯片，任一方都可能因显存不足而失败。"),
            PersonShould = new(
                "Compare `chips` of every engine in agent.yaml with `npu-smi info` and `npu-smi info -m`, look for ASCEND_RT_VISIBLE_DEVICES in "
                    + "`environment`, then `npu-agent engine restart NAME`.",
                "对比 agent.yaml 中各引擎的 chips 与 npu-smi info、npu-smi info -m，检查 environment 中的 ASCEND_RT_VISIBLE_DEVICES，然后执行 npu-agent engine restart NAME。"),
        },
        Row(EngineThroughputLow) with
        {
            DependsOn = [.. Louder, ChipThrottled, ChipTooHot, EngineSlow],
            Title = new("The engine produces fewer tokens than it used to", "引擎吞吐低于基线"),
            Meaning = new(
                "With as many requests running as before, tokens per second have been below the configured share of the learned baseline for the configured "
                    + "time.",
                "在相同并发下，每秒 token 数持续低于所学基线的配置比例。"),
            PersonShould = new(
                "Look for a lowered chip clock, heat, preemptions, longer prompts or a busy host CPU; `npu-agent engine bench NAME` on the drained engine "
                    + "shows whether it is the engine or the requests.",
                "检查芯片降频、温度、抢占、输入变长或主机 CPU 占用；在无负载时执行 npu-agent engine bench NAME 可区分引擎与请求的原因。"),
        },
        Row(EngineLogUnbounded) with
        {
            Title = new("The engine's log cannot be kept within its limit", "引擎日志无法限制大小"),
            Meaning = new(
                "Logs of the engine take three times what its `log` section allows, and the agent cannot shorten them: it may not write to them, or the file "
                    + "system refuses. They may fill the disk.",
                "引擎日志已达到 log 所允许大小的三倍，而代理无法缩减：没有写权限或文件系统拒绝；日志可能写满磁盘。"),
            PersonShould = new(
                "Read the reason in the summary. Free the disk: delete logs of older runs. `npu-agent status --output json` names that of the present run; "
                + "on Linux `truncate -s 0 FILE` empties it. Move the folder to ext4 or xfs.",
                "查看摘要中的原因。释放空间：删除旧运行的日志。npu-agent status --output json 显示当前运行的日志；"
                + "Linux 上可用 truncate -s 0 FILE 清空它。将该目录迁移到 ext4 或 xfs。"),
        },
        Row(EngineLogFlood) with
        {
            Title = new("The engine's log is flooded", "引擎日志输出过快"),
            Meaning = new(
                "For `log.flood_after` the engine has printed so fast that a day of output is more than the agent keeps: `part_size` x `parts` of its `log` "
                    + "section, or half of the disk's free space. Older output can no longer be read.",
                "在 log.flood_after 时间内，引擎输出过快：一天的输出量超过可保留的量（log 中的 part_size × parts，或磁盘剩余空间的一半）；较早的日志已无法查看。"),
            AgentDoes = new(
                "Records it and tells; the oldest lines go, those of an open incident last. The engine is not touched, and goes on writing.",
                "记录并通知；最旧的行先被删除，未结束事件所需的行最后删除。不影响引擎，引擎继续写日志。"),
            PersonShould = new(
                "See which line repeats. A warning at every token: mend its cause. One line a request: `disable-uvicorn-access-log: true` in `arguments`, "
                    + "VLLM_LOGGING_LEVEL in `environment`. If you need the lines of a busy engine: more `log.parts`.",
                "查看重复最多的行。每个 token 一条告警：排除其原因。每个请求一行：在 arguments 中设置 disable-uvicorn-access-log: true，或在 environment 中设置 VLLM_LOGGING_LEVEL。确需保留：增大 "
                    + "log.parts。"),
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
        // The probe looks seldom and at many figures. It is sure when it reports a fault.
        Sightings = 1,
        DependsOn = Louder,
        Title = new("", ""),
        Meaning = new("", ""),
        AgentDoes = new("Records it and tells; touches nothing.", "记录并通知，不做任何操作。"),
        PersonShould = new("", ""),
    };
}
