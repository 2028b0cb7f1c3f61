namespace Agent.Domain.Engines;

/// <summary>How an engine is. It is always in exactly one of these.</summary>
public enum EngineState
{
    /// <summary>Nobody wants it to run, or nobody started it yet.</summary>
    Stopped,

    /// <summary>It loads. HTTP is closed meanwhile, which is no fault.</summary>
    Starting,

    /// <summary>It serves and has nothing to do.</summary>
    Idle,

    /// <summary>It has work and gets on with it.</summary>
    Busy,

    /// <summary>It has more work than it takes at once, or is too busy to answer questions. No fault.</summary>
    Saturated,

    /// <summary>Somebody paused it: it does nothing, and has not failed.</summary>
    Paused,

    /// <summary>It answers, but wrong or slowly, or not those that wait for something outside it.</summary>
    Degraded,

    /// <summary>It lives and does nothing, whatever /health says.</summary>
    Hung,

    /// <summary>Its process or its engine core is gone, for a reason that nothing names.</summary>
    Dead,

    /// <summary>Its main process is gone; others of it live and hold the chips.</summary>
    Orphaned,

    /// <summary>It ended, or its start stands still, for a reason that is known.</summary>
    Failed,
}

/// <summary>The words that operators read.</summary>
public static class EngineStates
{
    public static LocalText Text(EngineState state) => state switch
    {
        EngineState.Stopped => new("stopped", "已停止"),
        EngineState.Starting => new("starting", "启动中"),
        EngineState.Idle => new("idle", "空闲"),
        EngineState.Busy => new("busy", "忙碌"),
        EngineState.Saturated => new("saturated", "饱和"),
        EngineState.Paused => new("paused", "已暂停"),
        EngineState.Degraded => new("degraded", "降级"),
        EngineState.Hung => new("hung", "挂起"),
        EngineState.Dead => new("dead", "已死亡"),
        EngineState.Orphaned => new("orphaned", "进程残留"),
        _ => new("failed", "失败"),
    };
}
