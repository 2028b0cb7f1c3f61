using System.Collections.Immutable;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using static Agent.Domain.Faults.FaultCodes;

namespace Agent.Domain.Faults;

public static partial class FaultCodes
{
    public const string EnginePaused = "engine-paused";
    public const string EngineStartHeldUp = "engine-start-held-up";
    public const string EngineStartWithoutRoom = "engine-start-without-room";
    public const string EngineStartForbidden = "engine-start-forbidden";
    public const string EngineLaunchMisconfigured = "engine-launch-misconfigured";
}

/// <summary>
/// Refusals and other acts of the container tool or systemd towards an engine.
/// None of them is a setting of vLLM, and only the first two pass by themselves.
/// </summary>
internal static class EngineLaunchFaults
{
    private static readonly string[] Device = [DriverFailed, ChipsLost, DeviceNotAvailable, DeviceContactLost, HostRebootNeeded, DeviceUnfit, ChipAlarm,
        ChipError];

    public static readonly ImmutableArray<Fault> All =
    [
        Row(EngineStartHeldUp, Severity.Critical, Rung.Engine) with
        {
            Limit = Rung.Engine,
            Attempts = 3,
            Title = new("The engine's start is held up", "引擎启动受阻"),
            Meaning = new("The container tool or systemd refused to start the engine for a reason that passes, or for one that the agent does not know. The "
                + "engine has not failed.", "容器工具或 systemd 因可自行消除的原因（或代理未知的原因）拒绝启动引擎；引擎本身没有故障。"),
            AgentDoes = new("Tries again with growing pauses for minutes, three times over; no refused start counts against the budget. Then hands over.",
                "以逐渐增大的间隔持续重试数分钟，共三轮；被拒绝的启动不计入预算；之后移交人工。"),
            PersonShould = new("Read the tool's own words in the incident. See that its daemon runs (`systemctl status docker`, `isulad`) and that its disk "
                + "has room, then `npu-agent engine start NAME`.",
                "查看事件中工具的原文；确认其守护进程正在运行（systemctl status docker 或 isulad）且磁盘有空间，然后执行 npu-agent engine start NAME。"),
        },
        Row(EngineStartWithoutRoom, Severity.Critical, Rung.Engine) with
        {
            ConfirmAfter = TimeSpan.Zero,
            WaitsWhileInView = true,
            Title = new("The engine waits for room on a disk", "引擎等待磁盘空间"),
            Meaning = new(
                "The engine's start has to write files, and the disk has no room or takes nothing. The engine has not failed, and no setting is wrong.",
                "引擎启动所需写入的内容没有空间，或磁盘无法写入；引擎本身没有故障，配置也没有错误。"),
            AgentDoes = new(
                "Counts no attempt. Tries every 15 seconds and starts the engine once there is room. A lack of room for its log and record delays no start.",
                "不计入尝试次数；每 15 秒重试一次，一有空间即启动引擎。引擎自身的日志与运行记录不会阻碍启动。"),
            PersonShould = new(
                "Make room on the disk that the message names: images and containers, /run, old bundles, logs. The engine follows by itself.",
                "清理消息中指出的磁盘：镜像与容器、/run、旧证据包、日志；之后引擎会自动启动。"),
        },
        Row(EngineStartForbidden, Severity.Critical, Rung.HandOver) with
        {
            Title = new("The host does not let the engine start", "主机不允许启动引擎"),
            Meaning = new("Somebody or something on the host forbids the start: a masked unit, a missing right, a container of somebody else with the same "
                + "name. The engine's settings are not wrong.", "主机上有人或某项设置禁止启动：单元被屏蔽、权限不足、同名容器属于他人；引擎配置本身没有错误。"),
            AgentDoes = new("Does not start in a loop: hands over with the tool's own words.", "不循环启动，附上工具的原文并移交人工。"),
            PersonShould = new("Remove the obstacle that the message names (`systemctl unmask UNIT`, the polkit rule, the group of the container tool), then "
                + "`npu-agent engine start NAME`.", "解除消息中指出的限制（systemctl unmask UNIT、polkit 规则、容器工具的用户组），然后执行 npu-agent engine start NAME。"),
        },
        Row(EngineLaunchMisconfigured, Severity.Critical, Rung.HandOver) with
        {
            Title = new("The engine's container or unit is configured wrongly", "引擎的容器或单元配置错误"),
            Meaning = new("The container tool or systemd cannot use a part of its configuration: an option, an image, a mount, a unit. vLLM itself was not "
                + "reached.", "容器工具或 systemd 无法执行给定的配置（选项、镜像、挂载或单元）；尚未运行到 vLLM。"),
            AgentDoes = new("Does not start in a loop: hands over with the tool's own words.", "不循环启动，附上工具的原文并移交人工。"),
            PersonShould = new("Correct `container` or `unit` of the engine's section, or the unit's own file, as the message says; then `npu-agent engine "
                + "start NAME`.", "按消息修正引擎配置中的 container 或 unit，或单元文件本身，然后执行 npu-agent engine start NAME。"),
        },
        Row(EnginePaused, Severity.Warning, Rung.Note) with
        {
            Sightings = 2,
            Title = new("Somebody paused the engine", "引擎被他人暂停"),
            Meaning = new("Its container is paused, its unit is frozen, or its processes were stopped by a signal or a debugger. It answers nothing and has "
                + "not failed.", "其容器被暂停、单元被冻结，或进程被信号或调试器停住；它不会应答，但没有故障。"),
            AgentDoes = new("Tells, and touches nothing. It does not kill what somebody paused; when the engine goes on, every clock of a hang starts anew.",
                "通知但不做任何操作；不会终止被他人暂停的引擎；引擎恢复后，挂起判定重新计时。"),
            PersonShould = new(
                "Let it go on when wanted: `docker unpause CONTAINER` (or `podman`, `isula`), `systemctl thaw UNIT`, `kill -CONT PID`, or detach the debugger.",
                "需要时让其继续运行：docker unpause CONTAINER（或 podman、isula）、systemctl thaw UNIT、kill -CONT PID，或退出调试器。"),
        },
    ];

    private static Fault Row(string code, Severity severity, Rung startsAt) => new()
    {
        Code = code,
        On = SubjectKind.Engine,
        Severity = severity,
        StartsAt = startsAt,
        Limit = startsAt,
        ConfirmAfter = TimeSpan.FromSeconds(2),
        Sightings = 1,
        DependsOn = Device,
        Title = new("", ""),
        Meaning = new("", ""),
        AgentDoes = new("", ""),
        PersonShould = new("", ""),
    };
}
