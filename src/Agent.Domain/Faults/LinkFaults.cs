using System.Collections.Immutable;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using static Agent.Domain.Faults.FaultCodes;

namespace Agent.Domain.Faults;

public static partial class FaultCodes
{
    public const string LinkDown = "link-down";
    public const string LinkFlapping = "link-flapping";
    public const string OpticalDegraded = "optical-degraded";
}

/// <summary>
/// Faults of the chip's own network port (RoCE). An engine on one host speaks over HCCS and does not need
/// it, so these faults are only told. An operator who runs engines over several hosts may raise their rung.
/// </summary>
internal static class LinkFaults
{
    private const string NotNeeded = "Records it and tells. An engine on this host alone does not use the port.";
    private const string NotNeededChinese = "记录并通知。仅在本机运行的引擎不使用该端口。";

    public static readonly ImmutableArray<Fault> All =
    [
        Row(LinkDown, TimeSpan.FromSeconds(20), 2) with
        {
            Title = new("The network port of a chip carries nothing", "芯片网口不通"),
            Meaning = new(
                "The port's link is down and was up before, or it is up and its detection address does not answer. Engines over several hosts cannot "
                    + "communicate through it.",
                "该网口链路断开（此前曾连通），或链路正常但探测地址无响应；跨主机的引擎无法通过它通信。"),
            PersonShould = new(
                "Look at cable, optical module and switch port. `hccn_tool -i ID -link_stat -g` has the times, `-netdetect -g` the detection address.",
                "检查线缆、光模块与交换机端口。hccn_tool -i ID -link_stat -g 可查时间，-netdetect -g 可查探测地址。"),
        },
        Row(LinkFlapping, TimeSpan.Zero, 1) with
        {
            Title = new("The network port of a chip goes up and down", "芯片网口链路抖动"),
            Meaning = new(
                "The link was lost five times or more within a day. Collective operations over it stall or time out now and then.",
                "一天内链路断开五次或以上；经过它的集合通信会不时停顿或超时。"),
            PersonShould = new(
                "Clean and reseat the optical module, exchange the cable, look at the error counters of the switch port.",
                "清洁并重新插拔光模块，更换线缆，查看交换机端口的错误计数。"),
        },
        // If a link is lost in the middle of a look, the look still reads the link as up and its light as gone. The next look knows better.
        Row(OpticalDegraded, TimeSpan.Zero, 2) with
        {
            DependsOn = [DriverFailed, ChipsLost, ChipAlarm, LinkDown],
            Title = new("The optical module of a chip is weak", "芯片光模块劣化"),
            Meaning = new(
                "Light power, laser bias or signal-to-noise ratio is outside its limits, or the module reports a lost signal. The link will fail or already "
                    + "loses packets.",
                "光功率、偏置电流或信噪比超出限值，或模块报告信号丢失；链路即将失效或已在丢包。"),
            PersonShould = new(
                "Clean the fibre's end, reseat or exchange the module; received power that is low on one lane alone is a bad fibre.",
                "清洁光纤端面，重新插拔或更换光模块；仅单通道接收功率低说明该光纤不良。"),
        },
    ];

    private static Fault Row(string code, TimeSpan confirmAfter, int sightings) => new()
    {
        Code = code,
        On = SubjectKind.Chip,
        Severity = Severity.Warning,
        StartsAt = Rung.Note,
        Limit = Rung.Note,
        ConfirmAfter = confirmAfter,
        Sightings = sightings,
        DependsOn = [DriverFailed, ChipsLost, ChipAlarm],
        Title = new("", ""),
        Meaning = new("", ""),
        AgentDoes = new(NotNeeded, NotNeededChinese),
        PersonShould = new("", ""),
    };
}
