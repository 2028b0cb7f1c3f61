namespace Agent.Domain.Engines;

/// <summary>
/// What one look brings of the signs of one engine, as data. It changes the signs that it looked for and no other, so looks
/// of two probes give the same in either order.
/// </summary>
/// <param name="Run">The run that was looked at; null while the engine was never started.</param>
public abstract record EngineSign(RunId? Run)
{
    /// <summary>The signs of that run with what this look saw.</summary>
    internal abstract EngineSigns Into(EngineSigns signs);
}

/// <summary>The look at the run itself. Process, log and start belong together: what an ending process writes last is its cause.</summary>
public sealed record RunSeen(RunId? Run, ProcessSign Process) : EngineSign(Run)
{
    public LogSign? Log { get; init; }

    public StartSign? Start { get; init; }

    public PauseSign? Pause { get; init; }

    public MemorySign? Memory { get; init; }

    /// <summary>Null: its processes were not looked at, and what was seen of them last stands.</summary>
    public CoreSign? Core { get; init; }

    /// <summary>Whoever may have paused it was asked, beside the kernel.</summary>
    public bool AskedForPause { get; init; }

    internal override EngineSigns Into(EngineSigns signs) => signs with
    {
        Process = Process,
        Log = Log,
        Start = Start,
        Pause = Pause,
        Memory = Memory,
        Core = Core ?? signs.Core,
        AskedForPause = AskedForPause,
    };
}

/// <summary>The look at /health, and at the processes behind it while it is not answered.</summary>
public sealed record HealthSeen(RunId? Run, HttpSign Health, ServerSign? Server) : EngineSign(Run)
{
    internal override EngineSigns Into(EngineSigns signs) => signs with { Health = Health, Server = Server };
}

/// <summary>The processes that answer HTTP, in the middle of a look at /health that waits.</summary>
public sealed record ServerSeen(RunId? Run, ServerSign? Server) : EngineSign(Run)
{
    internal override EngineSigns Into(EngineSigns signs) => signs with { Server = Server };
}

/// <summary>A scrape of /metrics that gave nothing. What the last good one told stands, with its age.</summary>
public sealed record ScrapeFailed(RunId? Run, HttpSign Metrics) : EngineSign(Run)
{
    internal override EngineSigns Into(EngineSigns signs) => signs with { Metrics = Metrics };
}

/// <summary>A good scrape of /metrics.</summary>
public sealed record Scraped(RunId? Run, HttpSign Metrics, CounterSign Counters, HealthyPauseSign HealthyPauses, QueueSign? Queue) : EngineSign(Run)
{
    internal override EngineSigns Into(EngineSigns signs) =>
        signs with { Metrics = Metrics, Counters = Counters, HealthyPauses = HealthyPauses, Queue = Queue };
}

/// <summary>A canary.</summary>
/// <param name="Answers">How answers of others end; null: not looked for, and what was seen last stands.</param>
public sealed record CanarySeen(RunId? Run, CanarySign Canary, AnswerSign? Answers) : EngineSign(Run)
{
    internal override EngineSigns Into(EngineSigns signs) => signs with { Canary = Canary, Answers = Answers ?? signs.Answers };
}

/// <summary>A comparison of answers with accepted ones.</summary>
public sealed record QualitySeen(RunId? Run, QualitySign Quality) : EngineSign(Run)
{
    internal override EngineSigns Into(EngineSigns signs) => signs with { Quality = Quality };
}

/// <summary>The engine's chips.</summary>
/// <param name="Chips">What they do; null: not all of them were seen, and what was seen last stands.</param>
/// <param name="Held">What is on the chips of an engine that does not run; null: nothing that is not its own.</param>
public sealed record ChipsSeen(RunId? Run, ChipSign? Chips, HeldSign? Held) : EngineSign(Run)
{
    internal override EngineSigns Into(EngineSigns signs) => signs with { Chips = Chips ?? signs.Chips, Held = Held };
}
