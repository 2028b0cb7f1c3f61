using System.Collections.Immutable;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using static Agent.Domain.Faults.FaultCodes;

namespace Agent.Domain.Faults;

public static partial class FaultCodes
{
    public const string DriverFailed = "driver-failed";
    public const string ChipsLost = "chips-lost";
    public const string DeviceNotAvailable = "device-not-available";
    public const string DeviceContactLost = "device-contact-lost";
    public const string ChipUnfit = "chip-unfit";
    public const string ChipAlarm = "chip-alarm";
    public const string ChipError = "chip-error";
    public const string ChipWarning = "chip-warning";
    public const string ChipsRenumbered = "chips-renumbered";
    public const string ChipMemoryHeld = "chip-memory-held";
}

internal static class DriverAndChipFaults
{
    public static readonly ImmutableArray<Fault> All =
    [
        new()
        {
            Code = DriverFailed,
            On = SubjectKind.Driver,
            Severity = Severity.Critical,
            StartsAt = Rung.Driver,
            Limit = Rung.Driver,
            ConfirmAfter = TimeSpan.FromSeconds(5),
            Title = new("The NPU driver unit failed", "NPU 驱动服务失败"),
            Meaning = new(
                "systemd reports the driver unit as failed or stopped. Chips cannot be opened until it runs.",
                "systemd 报告驱动服务失败或已停止；恢复之前芯片无法打开。"),
            AgentDoes = new(
                "Collects all evidence, stops every engine, restarts the driver unit, waits for all chips, starts the engines, verifies them.",
                "收集全部证据，停止所有引擎，重启驱动服务，等待全部芯片恢复，启动引擎并验证。"),
            PersonShould = new(
                "If it fails again: read `journalctl -u` of the unit and the kernel log, check that the modules match the running kernel, reboot.",
                "若再次失败：查看该服务的 journalctl 和内核日志，确认内核模块与当前内核匹配，必要时重启主机。"),
        },
        new()
        {
            Code = ChipsLost,
            On = SubjectKind.Host,
            Severity = Severity.Critical,
            StartsAt = Rung.Driver,
            Limit = Rung.Driver,
            ConfirmAfter = TimeSpan.FromSeconds(5),
            DependsOn = [DriverFailed],
            Title = new("Chips are missing", "芯片丢失"),
            Meaning = new(
                "A complete answer of npu-smi lists fewer chips than this host has. Engines on the missing chips cannot work.",
                "npu-smi 的完整输出中芯片数量少于本机应有数量；使用这些芯片的引擎无法工作。"),
            AgentDoes = new(
                "Collects all evidence, stops every engine, restarts the driver, waits for all chips, starts the engines, verifies them. Leaves engines "
                    + "alone that still serve.",
                "收集全部证据，停止所有引擎，重启驱动，等待全部芯片恢复，启动并验证引擎；仍在正常服务的引擎不受影响。"),
            PersonShould = new(
                "If chips stay away: compare `lspci -d 19e5:` with npu-smi, read the BMC log, power-cycle the host. A chip missing from lspci is a hardware "
                    + "case.",
                "若芯片仍未恢复：对比 lspci -d 19e5: 与 npu-smi，查看 BMC 日志，断电重启主机。lspci 中也缺失则为硬件故障。"),
        },
        new()
        {
            Code = DeviceNotAvailable,
            On = SubjectKind.Engine,
            Severity = Severity.Critical,
            StartsAt = Rung.Driver,
            Limit = Rung.Driver,
            ConfirmAfter = TimeSpan.FromSeconds(3),
            Sightings = 1,
            DependsOn = [DriverFailed, ChipsLost],
            Title = new("The engine lost its device", "引擎失去 NPU 设备"),
            Meaning = new(
                "The engine's log says that the device is not available (ASCEND_ERROR_DEVICE_NOT_AVAILABLE or the driver codes with that meaning).",
                "引擎日志报告设备不可用（ASCEND_ERROR_DEVICE_NOT_AVAILABLE 或同义的驱动错误码）。"),
            AgentDoes = new(
                "Collects all evidence, stops every engine, restarts the driver, waits for all chips, starts the engines, verifies them.",
                "收集全部证据，停止所有引擎，重启驱动，等待全部芯片恢复，启动引擎并验证。"),
            PersonShould = new(
                "If it returns: look at `npu-smi info`, check ASCEND_RT_VISIBLE_DEVICES and the device mounts of the container.",
                "若再次出现：查看 npu-smi info，检查 ASCEND_RT_VISIBLE_DEVICES 以及容器的设备挂载。"),
        },
        new()
        {
            Code = DeviceContactLost,
            On = SubjectKind.Engine,
            Severity = Severity.Critical,
            StartsAt = Rung.Chip,
            Limit = Rung.Driver,
            ConfirmAfter = TimeSpan.FromSeconds(3),
            Sightings = 1,
            DependsOn = [DriverFailed, ChipsLost, DeviceNotAvailable, ChipAlarm],
            Title = new("The engine lost contact with a chip", "引擎与芯片失去联系"),
            Meaning = new(
                "The engine's log says that a chip stopped giving signs of life or that the channel to it broke. A new engine would hang on it.",
                "引擎日志报告芯片心跳丢失或主机到芯片的通道中断；新引擎会挂在该芯片上。"),
            AgentDoes = new(
                "Collects all evidence, stops the engines that the reset touches, resets the chip, waits until it is well, starts the engines, verifies "
                    + "them; then the driver.",
                "收集全部证据，停止受复位影响的引擎，复位芯片，等待其恢复，启动并验证引擎；仍失败则重启驱动。"),
            PersonShould = new(
                "If it returns: compare `lspci -d 19e5:` with npu-smi, read the kernel log for PCIe errors, boot the host.",
                "若再次出现：对比 lspci -d 19e5: 与 npu-smi，查看内核日志中的 PCIe 错误，重启主机。"),
        },
        new()
        {
            Code = ChipUnfit,
            On = SubjectKind.Chip,
            Severity = Severity.Critical,
            StartsAt = Rung.HandOver,
            Limit = Rung.HandOver,
            ConfirmAfter = TimeSpan.FromSeconds(5),
            DependsOn = [DriverFailed, ChipsLost],
            Title = new("A chip is not fit for use any more", "芯片不可继续使用"),
            Meaning = new(
                "The chip shows a fault code whose level says that it has to be taken out of use, or a milder code came as often as its rule allows.",
                "芯片出现需要隔离的错误码，或较轻的错误码在规定时间窗内达到次数上限。"),
            AgentDoes = new(
                "Hands over at once: neither a restart nor a reset cures such a chip. An engine that ends on it is started again as usual.",
                "立即移交人工：重启和复位都无法恢复这样的芯片。其上的引擎若退出，仍按常规重启。"),
            PersonShould = new(
                "Read the code with `npu-agent faults CODE`. Take the chip out of the engine's `chips`, and send the evidence bundle to the vendor.",
                "用 npu-agent faults CODE 查看错误码；将该芯片从引擎的 chips 中移出，并将证据包交给厂商。"),
        },
        new()
        {
            Code = ChipAlarm,
            On = SubjectKind.Chip,
            Severity = Severity.Critical,
            StartsAt = Rung.Chip,
            Limit = Rung.Driver,
            ConfirmAfter = TimeSpan.FromSeconds(5),
            DependsOn = [DriverFailed, ChipsLost],
            Title = new("A chip reports an alarm", "芯片告警"),
            Meaning = new(
                "The chip shows a fault code whose level asks for a reset, or Alarm or Critical without a code. The engine on it is hung or soon will be.",
                "芯片错误码的级别要求复位，或芯片处于 Alarm/Critical 且没有错误码；其上的引擎已挂起或即将挂起。"),
            AgentDoes = new(
                "Collects all evidence, stops the engines that the reset touches, resets the chip, waits until it is well, starts the engines, verifies "
                    + "them. Waits as long as the engine on it still serves.",
                "收集全部证据，停止受复位影响的引擎，复位芯片，等待其恢复，启动并验证引擎；若其上的引擎仍在服务则等待。"),
            PersonShould = new(
                "Look up the error codes with `npu-agent faults CODE`. A chip that alarms again after a reset has to be taken out and reported to the vendor.",
                "用 npu-agent faults CODE 查询错误码。复位后再次告警的芯片应隔离并联系厂商。"),
        },
        new()
        {
            Code = ChipError,
            On = SubjectKind.Chip,
            Severity = Severity.Critical,
            StartsAt = Rung.Engine,
            Limit = Rung.Chip,
            ConfirmAfter = TimeSpan.FromSeconds(15),
            DependsOn = [DriverFailed, ChipsLost, ChipUnfit, ChipAlarm],
            Title = new("A chip had an error that a restart clears", "芯片错误，重启业务可清除"),
            Meaning = new(
                "The chip shows a fault code whose level asks for a restart of the job on it, for example a memory error in a page that is taken out of use "
                    + "when the process ends.",
                "芯片错误码的级别要求重启其上的业务，例如内存页错误会在进程退出时被隔离。"),
            AgentDoes = new(
                "Waits 15 s for it to heal, secures the evidence, restarts the engine on the chip and verifies it; resets the chip when the error stays. "
                    + "Leaves an engine alone that still serves.",
                "等待 15 秒自愈，保存证据，重启该芯片上的引擎并验证；错误仍在时复位芯片；仍在正常服务的引擎不受影响。"),
            PersonShould = new(
                "Read the code with `npu-agent faults CODE`. When it comes again and again on the same chip, report it to the vendor.",
                "用 npu-agent faults CODE 查看错误码；同一芯片反复出现时联系厂商。"),
        },
        new()
        {
            Code = ChipMemoryHeld,
            On = SubjectKind.Engine,
            Severity = Severity.Critical,
            StartsAt = Rung.Orphans,
            Limit = Rung.Chip,
            ConfirmAfter = TimeSpan.FromSeconds(2),
            Sightings = 1,
            DependsOn = [DriverFailed, ChipsLost, ChipAlarm],
            Title = new("Chip memory is held by something else", "芯片显存被占用"),
            Meaning = new(
                "The engine cannot start because its chips are not empty: a leftover process, another job, or a context that the driver did not release.",
                "芯片显存未释放，引擎无法启动：可能是残留进程、其他作业，或驱动未释放的上下文。"),
            AgentDoes = new(
                "Kills leftover processes that are proven to be this engine's, and starts it again. If nobody holds the memory, resets the chip.",
                "清理确认属于本引擎的残留进程后重新启动；若无进程占用显存，则复位芯片。"),
            PersonShould = new(
                "See who holds the chips with `npu-smi info -t proc-mem -i CARD -c CHIP` and `fuser -v /dev/davinci*`; the agent never kills what is not its "
                    + "own.",
                "用 npu-smi info -t proc-mem -i CARD -c CHIP 与 fuser -v /dev/davinci* 查看占用者；代理不会清理不属于自己的进程。"),
        },
        new()
        {
            Code = ChipWarning,
            On = SubjectKind.Chip,
            Severity = Severity.Warning,
            StartsAt = Rung.Note,
            Limit = Rung.Note,
            ConfirmAfter = TimeSpan.FromSeconds(30),
            DependsOn = [ChipsLost, ChipUnfit, ChipAlarm, ChipError],
            Title = new("A chip reports a warning", "芯片警告"),
            Meaning = new("npu-smi shows the health of a chip as Warning. It works, but something needs attention.", "npu-smi 显示芯片健康状态为 Warning；芯片仍可工作，但需关注。"),
            AgentDoes = new("Records it and tells.", "记录并通知。"),
            PersonShould = new(
                "Read the codes with `npu-smi info -t health -i CARD -c CHIP` and plan the repair.",
                "用 npu-smi info -t health -i CARD -c CHIP 查看错误码并安排处理。"),
        },
        new()
        {
            Code = ChipsRenumbered,
            On = SubjectKind.Host,
            Severity = Severity.Warning,
            StartsAt = Rung.Note,
            Limit = Rung.Note,
            ConfirmAfter = TimeSpan.Zero,
            Sightings = 1,
            Title = new("Chips have other numbers", "芯片编号发生变化"),
            Meaning = new(
                "A card/chip number belongs to another device than before (bus id or serial number): the driver numbered the chips anew, or a card was "
                    + "exchanged. An engine whose chips are named by number may run on other chips than meant.",
                "卡号/芯片号对应的设备与之前不同（总线地址或序列号变化）：驱动重新编号或更换了板卡。按编号指定芯片的引擎可能运行在其他芯片上。"),
            AgentDoes = new(
                "Keeps what it learned with the device and not with the number, ends incidents of the former device, records and tells.",
                "已学到的信息随设备而非编号保留，结束原设备的故障单，记录并通知。"),
            PersonShould = new(
                "Compare `chips` of every engine in agent.yaml with `npu-smi info`. "
                + "Write them with their bus ids, as in 0/0@0000:C1:00.0, and the agent checks them from then on.",
                "核对 agent.yaml 中各引擎的 chips 与 npu-smi info；写成带总线地址的形式（如 0/0@0000:C1:00.0）后，代理会持续核对。"),
        },
    ];
}
