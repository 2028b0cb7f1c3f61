using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Domain.Faults;

/// <summary>Stands for a fault that this version does not know, because another version of the agent wrote it down.</summary>
internal static class UnknownFault
{
    public static Fault Of(string code) => new()
    {
        Code = code,
        On = SubjectKind.Host,
        Severity = Severity.Warning,
        StartsAt = Rung.HandOver,
        Limit = Rung.HandOver,
        ConfirmAfter = TimeSpan.Zero,
        Title = new($"This version of the agent knows no fault {code}", $"本版本的代理不认识故障 {code}"),
        Meaning = new("Another version of the agent opened this incident, for a fault that is not in the catalogue of this one.",
            "该事件由另一版本的代理创建，其故障不在本版本的目录中。"),
        AgentDoes = new("Touches nothing for it and hands it over. Everything else goes on as usual.", "不为此做任何操作并移交人工，其余照常进行。"),
        PersonShould = new("Read the incident's timeline. If what it tells of is still there, this version names it anew.",
            "查看该事件的时间线；若问题仍在，本版本会以新的名称重新报告。"),
    };
}
