using System.Collections.Immutable;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using static Agent.Domain.Faults.FaultCodes;

namespace Agent.Domain.Faults;

public static partial class FaultCodes
{
    public const string MemoryUncorrectable = "memory-uncorrectable";
    public const string MemoryWornOut = "memory-worn-out";
    public const string MemoryResetWanted = "memory-reset-wanted";
    public const string MemoryPagesIsolated = "memory-pages-isolated";
    public const string MemoryErrorsRising = "memory-errors-rising";
    public const string ChipTooHot = "chip-too-hot";
    public const string ChipThrottled = "chip-throttled";
}

/// <summary>Trouble of a chip while it still works: memory errors, heat, a lowered clock. No restart mends any of it.</summary>
internal static class ChipWearFaults
{
    private static readonly string[] Below = [DriverFailed, ChipsLost];

    public static readonly ImmutableArray<Fault> All =
    [
        Row(MemoryUncorrectable, Severity.Critical) with
        {
            DependsOn = [.. Below, ChipAlarm],
            Title = new("A chip had an uncorrectable memory error", "芯片出现不可纠正的内存错误"),
            Meaning = new(
                "The double-bit error count of the chip's memory rose. The data in that page is lost; an engine that used it fails by itself.",
                "芯片内存双比特错误计数增加；使用该页的计算结果已损坏，用到它的引擎会自行报错。"),
            AgentDoes = new(
                "Records it and tells. An engine that fails because of it is recovered like any other; its exit takes the page out of use.",
                "记录并通知。因此失败的引擎按常规恢复；引擎退出后该内存页停用。"),
            PersonShould = new(
                "Once: watch it. Again on the same chip: reset the chip when its engines may stop, and report it with the device logs to the vendor.",
                "偶发一次：持续观察。同一芯片再次出现：在可停引擎时复位芯片，并附设备日志联系厂商。"),
        },
        Row(MemoryWornOut, Severity.Critical) with
        {
            StartsAt = Rung.HandOver,
            Limit = Rung.HandOver,
            Title = new("The memory of a chip is worn out", "芯片内存已到更换阈值"),
            Meaning = new(
                "The number of isolated pages of the chip's memory is one at which the vendor says to replace the chip. It may go on serving for a while.",
                "芯片内存被隔离的页数已达到厂商的更换阈值；可能仍能工作一段时间。"),
            AgentDoes = new("Touches nothing and hands over: no step of the agent mends memory.", "不做任何操作并移交人工：代理的任何步骤都无法修复内存。"),
            PersonShould = new(
                "Take the chip out of the engine's `chips`, plan its replacement, send `npu-smi info -t ecc` and the device logs to the vendor.",
                "将该芯片移出引擎的 chips 并安排更换，向厂商提供 npu-smi info -t ecc 与设备日志。"),
        },
        Row(MemoryResetWanted, Severity.Info) with
        {
            Title = new("A chip needs a reset to isolate memory pages", "芯片需复位以隔离内存页"),
            Meaning = new(
                "Pages with uncorrectable errors are marked and go out of use at the next reset of the chip. Until then they may be used again.",
                "存在不可纠正错误的内存页已被标记，将在下次芯片复位时隔离；在此之前仍可能被使用。"),
            AgentDoes = new("Records it and tells: a chip that serves is not reset for this.", "记录并通知：不会为此复位正在服务的芯片。"),
            PersonShould = new(
                "At the next quiet time: `npu-agent engine stop NAME` for the engines on the board, then `npu-smi set -t reset -i CARD -c CHIP`, or reboot.",
                "在空闲时段先对板上的引擎执行 npu-agent engine stop NAME，再执行 npu-smi set -t reset -i CARD -c CHIP 或重启主机。"),
        },
        Row(MemoryPagesIsolated, Severity.Warning) with
        {
            Title = new("Memory pages of a chip are isolated", "芯片内存页隔离数偏高"),
            Meaning = new(
                "The chip took pages with uncorrectable errors out of use. Their number has reached the vendor's warning level.",
                "因不可纠正错误而被隔离的内存页数已达到厂商的预警值。"),
            AgentDoes = new("Records it and tells.", "记录并通知。"),
            PersonShould = new("Watch whether the count grows; have a spare at hand.", "关注该计数是否继续增长，并准备备件。"),
        },
        Row(MemoryErrorsRising, Severity.Warning) with
        {
            Title = new("Memory errors of a chip are rising", "芯片内存可纠正错误增多"),
            Meaning = new("Within the watched time there were more single-bit errors than `chip_limits` allows. Each was corrected, but many of them "
                + "announce worse errors.", "监测时段内的单比特错误数超过 chip_limits；均已纠正，但数量增多预示更严重的错误。"),
            AgentDoes = new("Records it and tells.", "记录并通知。"),
            PersonShould = new("Check the chip's temperature, run the vendor's memory test when the chip is free, watch for uncorrectable errors.",
                "检查芯片温度，空闲时运行厂商内存检测，关注是否出现不可纠正错误。"),
        },
        Row(ChipTooHot, Severity.Warning) with
        {
            Sightings = 2,
            ConfirmAfter = TimeSpan.FromSeconds(30),
            Title = new("A chip is too hot", "芯片温度过高"),
            Meaning = new("The chip or its memory is above the limit of `chip_limits`. It lowers its clock first and may switch itself off.",
                "芯片或其内存温度超过 chip_limits 的限值；会先降频，随后可能自行下电。"),
            AgentDoes = new("Records it and tells: a restart cools nothing.", "记录并通知：重启无法降温。"),
            PersonShould = new("Drain the traffic of the engines on it. Look at fans, airflow and inlet temperature (BMC); power the host off if it goes on "
                + "rising.", "将其上引擎的流量切走。检查风扇、风道与进风温度（BMC）；若持续升温则关机。"),
        },
        Row(ChipThrottled, Severity.Warning) with
        {
            Sightings = 3,
            ConfirmAfter = TimeSpan.FromSeconds(60),
            DependsOn = [.. Below, ChipAlarm, ChipTooHot],
            Title = new("A busy chip runs below its clock", "繁忙芯片降频运行"),
            Meaning = new("The AI cores are busy and their clock is below the rated one: heat or a power limit. The engine is slower than it could be; with "
                + "tensor parallelism all its chips wait for this one.", "AI Core 繁忙但当前频率低于额定值，原因是过热或功耗限制；引擎变慢，张量并行时其他芯片都会等待它。"),
            AgentDoes = new("Records it and tells: a restart does not bring the clock back.", "记录并通知：重启无法恢复频率。"),
            PersonShould = new("Drain the traffic if latency matters. Look at temperature and power in `npu-smi info -t common`, at the power supplies and "
                + "at power capping in the BMC.", "若时延敏感请切走流量。用 npu-smi info -t common 查看温度与功耗，检查电源与 BMC 功率封顶设置。"),
        },
    ];

    private static Fault Row(string code, Severity severity) => new()
    {
        Code = code,
        On = SubjectKind.Chip,
        Severity = severity,
        StartsAt = Rung.Note,
        Limit = Rung.Note,
        ConfirmAfter = TimeSpan.Zero,
        Sightings = 1,
        DependsOn = Below,
        Title = new("", ""),
        Meaning = new("", ""),
        AgentDoes = new("", ""),
        PersonShould = new("", ""),
    };
}
