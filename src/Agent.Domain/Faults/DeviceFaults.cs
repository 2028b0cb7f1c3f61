using System.Collections.Immutable;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using static Agent.Domain.Faults.FaultCodes;

namespace Agent.Domain.Faults;

public static partial class FaultCodes
{
    public const string HostRebootNeeded = "host-reboot-needed";
    public const string DeviceUnfit = "device-unfit";
    public const string DeviceTaken = "device-taken";
    public const string EngineChipsUnknown = "engine-chips-unknown";
    public const string EngineStartedByHand = "engine-started-by-hand";
}

/// <summary>Troubles of its device that an engine's log tells of, and that neither a restart of the engine nor a reset mends.</summary>
internal static class DeviceFaults
{
    public static readonly ImmutableArray<Fault> All =
    [
        Row(HostRebootNeeded, Rung.HandOver) with
        {
            Title = new("Only a reboot of the host brings the device back", "需重启主机才能恢复设备"),
            Meaning = new(
                "The log says that a reset was refused, that the driver wants a reboot, or that the driver's own thread is stuck. A new engine would hang on "
                    + "the device.",
                "日志显示复位被拒绝、驱动要求重启主机，或驱动线程卡死；新引擎会挂在该设备上。"),
            AgentDoes = new("Hands over at once: the agent never reboots the host, and no narrower step helps.", "立即移交人工：代理不会重启主机，其他步骤也无效。"),
            PersonShould = new(
                "Move the traffic away, keep the evidence bundle, then reboot the host; power it off and on if a card stays away (`lspci -d 19e5:`). If it "
                    + "breaks again after that, send the card to the vendor.",
                "切走流量并保留证据包，然后重启主机；若板卡仍缺失（lspci -d 19e5:）则断电重启；之后仍异常请将板卡返回厂商。"),
        },
        Row(DeviceUnfit, Rung.HandOver) with
        {
            Title = new("The engine's chip has to be taken out of use", "引擎使用的芯片需要隔离"),
            Meaning = new(
                "The log names a fault whose level is to separate the chip: its memory is worn out, or it got dangerously hot. It fails again on every start.",
                "日志中出现需要隔离芯片的故障：内存已到更换阈值或温度达到危险值；每次启动都会再次失败。"),
            AgentDoes = new("Hands over at once: neither a restart nor a reset cures such a chip.", "立即移交人工：重启和复位都无法恢复这样的芯片。"),
            PersonShould = new(
                "Read the code with `npu-agent faults CODE`. Take the chip out of the engine's `chips`, start the engine on others, and send the evidence "
                    + "bundle to the vendor. Dangerous heat: power the host off.",
                "用 npu-agent faults CODE 查看错误码；将该芯片移出引擎的 chips，改用其他芯片启动，并将证据包交给厂商。温度危险时请关机。"),
        },
        Row(EngineChipsUnknown, Rung.Engine) with
        {
            ConfirmAfter = TimeSpan.Zero,
            WaitsWhileInView = true,
            // A start follows only when npu-smi has told the chips.
            Attempts = 100,
            Title = new("The engine waits: it is not known which devices its chips are", "引擎等待启动：无法确定其芯片对应的设备"),
            Meaning = new(
                "npu-smi info -m gives no usable answer, its table has no device numbers, and no earlier answer is true of the chips that are there. A guess "
                    + "could put two engines on one chip.",
                "npu-smi info -m 没有可用的回答，表格中也没有设备号，且此前保存的对应关系与现有芯片不符；猜测可能使两个引擎落在同一芯片上。"),
            AgentDoes = new(
                "Does not start the engine and counts no attempt. Asks npu-smi again, and starts the engine as soon as its chips can be told.",
                "不启动引擎，也不计入尝试次数；持续查询 npu-smi，一旦能确定芯片即启动引擎。"),
            PersonShould = new(
                "Run `npu-smi info -m` by hand. If it hangs, look at the driver. To start at once, set ASCEND_RT_VISIBLE_DEVICES in the engine's "
                    + "`environment`.",
                "手动执行 npu-smi info -m；若无响应则检查驱动。如需立即启动，可在引擎的 environment 中设置 ASCEND_RT_VISIBLE_DEVICES。"),
        },
        Row(EngineStartedByHand, Rung.HandOver) with
        {
            Severity = Severity.Warning,
            ConfirmAfter = TimeSpan.Zero,
            Title = new("The engine runs already, started by somebody else", "引擎已由他人启动"),
            Meaning = new(
                "A process that the agent did not start runs with the engine's model and port. A second one would fail beside it.",
                "某个并非由代理启动的进程正以该引擎的模型和端口运行；再启动一个会失败。"),
            AgentDoes = new(
                "Leaves it alone, starts nothing beside it, and offers to take it over.",
                "不影响该进程，也不在其旁启动新的引擎，并提供接管方式。"),
            PersonShould = new(
                "`npu-agent engine adopt NAME` has the agent take it over as it runs, without a restart. Or stop that process, then `npu-agent engine start "
                    + "NAME`.",
                "执行 npu-agent engine adopt NAME 由代理直接接管，无需重启；或停止该进程后执行 npu-agent engine start NAME。"),
        },
        Row(DeviceTaken, Rung.Orphans) with
        {
            DependsOn = [DriverFailed, ChipsLost, ChipAlarm, ChipMemoryHeld, EngineStartedByHand],
            Title = new("The engine's chips are in other hands", "引擎的芯片被其他进程或容器占用"),
            Meaning = new(
                "The driver refuses the chips: another container or too many processes have them, or the engine may not use them.",
                "驱动拒绝访问芯片：被其他容器占用、进程数超限，或引擎没有权限。"),
            AgentDoes = new(
                "Collects evidence, kills leftovers that are proven to be this engine's, starts it once more; then hands over. Never touches what belongs to "
                    + "others, and resets nothing.",
                "收集证据，清理确认属于本引擎的残留进程，再启动一次，仍失败则移交人工；不影响其他进程，也不复位芯片。"),
            PersonShould = new(
                "Find who has the chips: `fuser -uv /dev/davinci*`, and on the host `cat /proc/uda/namespace_node`. Stop that container, or give the engine "
                    + "other chips; check the device mounts and the group HwHiAiUser.",
                "查找占用者：fuser -uv /dev/davinci*，在主机上执行 cat /proc/uda/namespace_node；停止该容器或更换芯片，并检查设备挂载与 HwHiAiUser 组。"),
        },
    ];

    private static Fault Row(string code, Rung rung) => new()
    {
        Code = code,
        On = SubjectKind.Engine,
        Severity = Severity.Critical,
        StartsAt = rung,
        Limit = rung,
        ConfirmAfter = TimeSpan.FromSeconds(3),
        Sightings = 1,
        Attempts = 1,
        DependsOn = [DriverFailed, ChipsLost],
        Title = new("", ""),
        Meaning = new("", ""),
        AgentDoes = new("", ""),
        PersonShould = new("", ""),
    };
}
