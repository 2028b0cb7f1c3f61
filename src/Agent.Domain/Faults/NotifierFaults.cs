using System.Collections.Immutable;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using static Agent.Domain.Faults.FaultCodes;

namespace Agent.Domain.Faults;

public static partial class FaultCodes
{
    public const string NotifierFailing = "notifier-failing";
}

/// <summary>Faults of the ways by which the agent tells people.</summary>
internal static class NotifierFaults
{
    public static readonly ImmutableArray<Fault> All =
    [
        new()
        {
            Code = NotifierFailing,
            On = SubjectKind.Host,
            Severity = Severity.Warning,
            StartsAt = Rung.HandOver,
            Limit = Rung.HandOver,
            // Longer than the ten minutes for which chats silence a robot: those end by themselves.
            ConfirmAfter = TimeSpan.FromMinutes(15),
            Title = new("Messages of the agent do not arrive", "代理消息无法送达"),
            Meaning = new(
                "A receiver of the agent's messages takes none: it is away, or an address or secret is wrong. "
                + "Supervision goes on. What waits is kept for 7 days and sent when the receiver is back.",
                "某个消息接收方不接收消息：接收方不可用，或地址、密钥有误。监管照常进行；待发消息保留 7 天，恢复后发送。"),
            AgentDoes = new("Keeps trying, and tells it over the other channels.", "持续重试，并通过其他渠道通知。"),
            PersonShould = new(
                "See what the receiver answers: `npu-agent notify test` with the name of the receiver. Mend its address, secret or network. "
                + "`npu-agent notify list` shows what waits and what was given up.",
                "查看接收方的应答：npu-agent notify test 加接收方名称，修正地址、密钥或网络；npu-agent notify list 显示待发与已放弃的消息。"),
        },
    ];
}
