using Agent.Domain;
using Agent.Domain.Incidents;

namespace Agent.Reports;

/// <summary>An event of an incident as one line for people.</summary>
internal static class TimelineText
{
    public static string Of(IncidentEvent happened, Language language)
    {
        var chinese = language == Language.Chinese;
        return happened switch
        {
            Suspected e => (chinese ? "发现疑似故障 " : "suspected ") + $"{e.Fault} ({e.Subject}): {e.Summary}",
            SeenAgain e => (chinese ? "再次看到：" : "seen again: ") + e.Summary,
            EchoSeen e => (chinese ? "同一事件的表现：" : "echo: ") + $"{e.Fault} ({e.Subject}): {e.Summary}",
            CauseFound e => (chinese ? "找到原因 " : "cause found: ") + $"{e.Fault} ({e.Subject}): {e.Summary}",
            Confirmed e => (chinese ? "已确认：" : "confirmed: ") + e.Reason,
            Dismissed e => (chinese ? "已排除：" : "dismissed: ") + e.Reason,
            RecoveryPlanned e => (chinese
                ? $"决定恢复，级别 {Words.Of(e.Rung)}（影响：{e.BlastRadius}）："
                : $"recovery decided, rung {Words.Of(e.Rung)} ({e.BlastRadius}): ") + e.Reason,
            StepStarted e => (chinese ? "开始：" : "begin ") + e.Step,
            StepEnded e => (e.Succeeded ? chinese ? "完成：" : "done  " : chinese ? "失败：" : "FAILED ") + $"{e.Step}: {e.Detail}",
            RecoveryEnded e => (e.Succeeded ? chinese ? "恢复步骤全部完成：" : "recovery ended: " : chinese ? "恢复失败：" : "recovery failed: ") + e.Reason,
            Interrupted e => (chinese ? "恢复被中断：" : "interrupted: ") + e.Reason,
            VerificationFailed e => (chinese ? "验证未通过：" : "verification failed: ") + e.Reason,
            RungRaised e => (chinese
                ? $"升级 {Words.Of(e.From)} → {Words.Of(e.To)}："
                : $"rung raised from {Words.Of(e.From)} to {Words.Of(e.To)}: ") + e.Reason,
            HeldBack e => (chinese ? "暂不处理：" : "held back: ") + e.Reason,
            EvidenceSecured e => (chinese ? "证据已保存：" : "evidence secured: ") + e.Bundle,
            PersonActed e => (chinese ? $"{e.By} 进行了操作：" : $"{e.By} acted: ") + e.What,
            HandedOver e => (chinese ? "移交人工：" : "handed over to a person: ") + e.Reason,
            Resolved e => (chinese ? "已解决：" : "resolved: ") + e.Reason,
            _ => happened.GetType().Name,
        };
    }
}
