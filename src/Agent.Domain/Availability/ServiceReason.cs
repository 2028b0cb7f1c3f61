namespace Agent.Domain.Availability;

/// <summary>Why a subject was in a state of the ledger. Old ledgers hold these names, so none changes.</summary>
public enum ServiceReason
{
    Serves,
    Dead,
    Hung,
    Failed,
    WrongAnswers,
    Paused,
    StoppedByOther,

    /// <summary>It loads.</summary>
    Starting,

    /// <summary>It does not run, and is wanted.</summary>
    NotRunning,

    HostBooted,
    ChipFault,
    StoppedByOperator,
    Maintenance,
    Asleep,
    FirstStart,
    NotLookedAt,
    AgentAway,
}

/// <summary>The words that operators read.</summary>
public static class ServiceReasons
{
    public static LocalText Text(ServiceReason reason) => reason switch
    {
        ServiceReason.Serves => new("serves", "正常服务"),
        ServiceReason.Dead => new("its process or engine core was gone", "进程或引擎核心已消失"),
        ServiceReason.Hung => new("it hung", "挂起"),
        ServiceReason.Failed => new("it failed for a known reason", "因已知原因失败"),
        ServiceReason.WrongAnswers => new("its answers were wrong", "输出错误"),
        ServiceReason.Paused => new("somebody paused it", "被他人暂停"),
        ServiceReason.StoppedByOther => new("somebody else than the agent stopped it", "被代理以外的操作停止"),
        ServiceReason.Starting => new("it was starting", "启动中"),
        ServiceReason.NotRunning => new("it did not run", "未运行"),
        ServiceReason.HostBooted => new("the host booted", "主机重启"),
        ServiceReason.ChipFault => new("the chip had a critical fault", "芯片存在严重故障"),
        ServiceReason.StoppedByOperator => new("an operator stopped it", "被运维人员停止"),
        ServiceReason.Maintenance => new("maintenance", "维护"),
        ServiceReason.Asleep => new("asleep on request", "按要求休眠"),
        ServiceReason.FirstStart => new("its first start on this host", "在本机首次启动"),
        ServiceReason.NotLookedAt => new("could not be looked at", "无法探测"),
        _ => new("no agent ran", "代理未运行"),
    };
}
