namespace Agent.Domain.Engines;

/// <summary>A rule by which engines are judged. The letter is the one of the sign that decides; two letters are two signs that agree.</summary>
public sealed record EngineRule(string Letter, LocalText Text)
{
    public string In(Language language) => $"{Letter}: {Text.In(language)}";

    public override string ToString() => In(Language.English);
}

/// <summary>
/// All rules, in the order of signs: A counters, C canary, D log, E chips, H HTTP, P processes, Q quality, S start-up. A sign
/// that may be right of a healthy engine needs a second one, or a long time.
/// </summary>
public static class EngineRules
{
    // Processes
    public static readonly EngineRule OnRequest = new("P", new("stopped on request", "按要求停止"));
    public static readonly EngineRule NotStarted = new("P", new("not started yet", "尚未启动"));
    public static readonly EngineRule Exited = new("P", new("the main process ended unasked, whatever its exit code", "主进程在未被要求的情况下退出，与退出码无关"));
    public static readonly EngineRule ExitedLeaving = new("P", new("the main process ended, the others get a moment to follow", "主进程已退出，其余进程尚有片刻随之退出"));
    public static readonly EngineRule StopTold = new("P", new("the way the main process ended tells that somebody stopped it", "主进程的退出方式表明它是被他人停止的"));
    public static readonly EngineRule KilledForMemory = new("P",
        new("the kernel killed processes of the engine because memory ran out; nobody stopped it", "内核因内存不足终止了引擎进程，并非他人停止"));
    public static readonly EngineRule PausedByOther = new("P", new("somebody paused the engine; it has not failed", "引擎被他人暂停，并未故障"));
    public static readonly EngineRule Leftovers = new("P", new("the main process is gone, others of the engine live", "主进程已退出，引擎的其他进程仍在"));
    public static readonly EngineRule Unkillable = new("P", new("processes of the engine sleep in the driver and survive SIGKILL", "引擎进程阻塞在驱动中，SIGKILL 无效"));
    public static readonly EngineRule CoreGone = new("P", new("the engine core's process is gone, the main process lives", "引擎核心进程已消失，主进程仍在"));

    public static readonly EngineRule WithoutPort = new("P", new("a node without a port: its processes live, its log shows no problem", "无端口节点：进程在运行，日志无异常"));

    // Log
    public static readonly EngineRule OutsideStop = new("D", new("the log tells of a stop signal that the agent did not send", "日志显示收到了并非由代理发出的停止信号"));
    public static readonly EngineRule CauseInLog = new("D", new("the engine died, and its log names the cause", "引擎已死亡，日志指明了原因"));
    public static readonly EngineRule DeadByLog =
        new("D", new("the engine core is dead by its own word, and the process does not leave", "日志表明引擎核心已死亡，但进程不退出"));

    // Start-up
    public static readonly EngineRule Starting = new("S", new("starting: the log has not reached the last stage", "启动中：日志尚未到达最后阶段"));
    public static readonly EngineRule StartStalled = new("S", new("the start-up makes no progress within its stage", "启动在当前阶段没有进展"));
    public static readonly EngineRule StartRefused = new("S", new("the last start was refused before it began", "上次启动在开始前被拒绝"));
    public static readonly EngineRule FailsAlike =
        new("S", new("two starts in a row failed in the same stage with the same first error", "连续两次启动在同一阶段以同一首个错误失败"));
    public static readonly EngineRule NotLookedAt = new("S", new("started, not looked at yet", "已启动，尚未探测"));

    // Chips
    public static readonly EngineRule ChipsHeld = new("E",
        new("the engine is gone and its chip memory is still held after the time that the driver may take", "引擎已退出，但其芯片显存未在驱动允许的时间内释放"));

    // HTTP
    public static readonly EngineRule DeadByHealth =
        new("H", new("/health says that the engine core is dead, and nothing proves the contrary", "/health 报告引擎核心已死，且没有相反证据"));
    public static readonly EngineRule Refused = new("H", new("the port refuses: refused is dead", "端口拒绝连接：拒绝即死亡"));
    public static readonly EngineRule NoAnswerInTime = new("H", new("no answer in time is saturation, not death", "超时未应答视为饱和，而非死亡"));
    public static readonly EngineRule SilentAndIdle =
        new("HE", new("the port is open, nothing answers, AI cores idle, memory held", "端口开放但无应答，AI Core 空闲且显存被占用"));
    public static readonly EngineRule SilentAndStill =
        new("HPE", new("work was present, the port is open, nothing answers, the API server takes no CPU time, AI cores idle",
        "此前有请求在处理，端口开放但无应答，API 服务进程不占用 CPU，AI Core 空闲"));
    public static readonly EngineRule Silent = new("H", new("the port is open and nothing has answered for a very long time", "端口开放但很长时间没有任何应答"));

    // Counters
    public static readonly EngineRule CountersFlat = new("A", new("work present, counters flat", "有请求在处理，计数器停滞"));
    public static readonly EngineRule RankFlat = new("A", new("work present on one rank, its counters flat", "某个 rank 有请求在处理，其计数器停滞"));
    public static readonly EngineRule FlatAndUnanswered = new("AC", new("work present, counters flat, canary unanswered", "有请求在处理，计数器停滞，探测请求无响应"));
    public static readonly EngineRule FlatAndNoBlock =
        new("AD", new("work present, counters flat, workers take no message by the log", "有请求在处理，计数器停滞，日志显示工作进程不再接收消息"));
    public static readonly EngineRule FlatAndIdle = new("AE", new("work present, counters flat, AI cores of all chips idle", "有请求在处理，计数器停滞，所有芯片 AI Core 空闲"));
    public static readonly EngineRule FlatAndUneven = new("AE",
        new("work present, counters flat, of ranks that wait for each other some are at full load and others idle", "有请求在处理，计数器停滞，相互等待的 rank 中部分满载而其余空闲"));

    // Canary
    public static readonly EngineRule Unanswered = new("C", new("canaries unanswered on an engine without other work, counters flat", "引擎无其他请求而探测请求无响应，计数器停滞"));
    public static readonly EngineRule UnansweredBlind =
        new("C", new("canaries unanswered for the whole grace time; there are no counters", "整个宽限时间内探测请求无响应，且没有计数器"));
    public static readonly EngineRule UnansweredAndIdle = new("CE",
        new("work was present, /metrics and a canary unanswered while /health answers, AI cores idle", "此前有请求在处理，/health 有应答而 /metrics 与探测请求无响应，AI Core 空闲"));
    public static readonly EngineRule WrongAnswers = new("Q", new("canaries come back wrong", "探测请求返回错误内容"));
    public static readonly EngineRule WorseAnswers = new("Q",
        new("answers are worse than the accepted ones, comparison after comparison", "多次比对中，输出均劣于已验收的结果"));
    public static readonly EngineRule SlowAnswers = new("Q", new("canaries come back slowly: slow is not dead", "探测请求返回缓慢：慢不等于死亡"));

    // Load
    public static readonly EngineRule Asleep = new("A", new("asleep on request: flat counters prove nothing", "按要求休眠：计数器停滞不说明问题"));
    public static readonly EngineRule WorkMoves = new("A", new("work present, counters move", "有请求在处理，计数器在变化"));
    public static readonly EngineRule WorkMayMove = new("A", new("work present, counters flat for less than the grace time", "有请求在处理，计数器停滞但未超过宽限时间"));
    public static readonly EngineRule Queue = new("A", new("requests wait, counters move", "有请求排队，计数器在变化"));
    public static readonly EngineRule WorkWaits = new("A", new("work is waiting, none running", "有请求在等待，没有请求在运行"));
    public static readonly EngineRule NoWork = new("A", new("no work present", "没有请求"));
    public static readonly EngineRule CanaryOnly = new("C", new("no counters; the canary is the only sign", "没有计数器，仅能依据探测请求"));
}
