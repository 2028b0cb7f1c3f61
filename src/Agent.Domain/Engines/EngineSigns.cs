namespace Agent.Domain.Engines;

/// <summary>What the looks at one run of an engine saw last. A sign that is null was not seen: could not look is no sign.</summary>
public sealed record EngineSigns
{
    /// <summary>False while an operator wants the engine stopped.</summary>
    public bool Wanted { get; init; } = true;

    public ProcessSign? Process { get; init; }

    /// <summary>Null: nobody was seen to pause it.</summary>
    public PauseSign? Pause { get; init; }

    /// <summary>Whether the newest look at the run asked its kind whether somebody paused it; the kernel alone does not know of every way.</summary>
    public bool AskedForPause { get; init; }

    /// <summary>Null: the kernel was not seen to kill anything of it because memory ran out.</summary>
    public MemorySign? Memory { get; init; }

    public CoreSign? Core { get; init; }

    public StartSign? Start { get; init; }

    public LogSign? Log { get; init; }

    public HttpSign? Health { get; init; }

    /// <summary>How scrapes of /metrics end; what the last good one told is in <see cref="Counters"/>.</summary>
    public HttpSign? Metrics { get; init; }

    /// <summary>Null while /health is answered, and where the processes behind it cannot be read.</summary>
    public ServerSign? Server { get; init; }

    public CounterSign? Counters { get; init; }

    /// <summary>Null while nothing waits, or something runs.</summary>
    public QueueSign? Queue { get; init; }

    public AnswerSign? Answers { get; init; }

    public CanarySign? Canary { get; init; }

    /// <summary>Null: its answers were not compared yet.</summary>
    public QualitySign? Quality { get; init; }

    public ChipSign? Chips { get; init; }

    /// <summary>Null: nothing is on its chips that is not its own, as far as anybody saw.</summary>
    public HeldSign? Held { get; init; }

    /// <summary>For how long a healthy engine of these arguments was seen to stand still.</summary>
    public HealthyPauseSign? HealthyPauses { get; init; }

    /// <summary>The newest moment after which the engine is known to have completed work: counters that moved since, a canary that was answered.</summary>
    public DateTimeOffset? WorkedSince
    {
        get
        {
            var asked = Canary is { End: CanaryEnd.Right or CanaryEnd.Wrong } canary ? canary.AskedAt : null;
            return Counters?.MovedFrom is { } moved && !(asked > moved) ? moved : asked;
        }
    }

    /// <summary>
    /// Whether work was there at the last good scrape: requests, or where they are short tokens that came right before it. Those
    /// may be a canary's, which is a request like any other.
    /// </summary>
    public bool SawWork => Counters is { CanTell: true, IsAsleep: false } counters && (counters.HasWork || counters.MovedAt == counters.At);

    /// <summary>What a new run of the engine begins with.</summary>
    internal EngineSigns OfNextRun() => new() { Quality = Quality is { Complaints.Count: > 0 } bad ? bad with { IsOfRunBefore = true } : null };

    /// <summary>Every sign in words, with the time it was seen.</summary>
    public IReadOnlyList<SignLine> Lines()
    {
        List<SignLine> lines = [];
        Add("process", Process?.Text, Process?.At);
        Add("pause", Pause?.Text, Pause?.At);
        Add("memory", Memory?.Text, Memory?.At);
        Add("engine core", Core?.Text, Core?.At);
        Add("start", Start?.Text, Start?.At);
        Add("log", Log?.Text, Log?.At);
        Add("/health", Health?.Text, Health?.At);
        Add("/metrics", Metrics?.Text, Metrics?.At);
        Add("API server", Server?.Text, Server?.At);
        Add("counters", Counters?.Text, Counters?.At);
        Add("healthy pauses", HealthyPauses?.Text, HealthyPauses?.At);
        Add("queue", Queue?.Text, Queue?.At);
        Add("answers", Answers?.Text, Answers?.At);
        Add("canary", Canary?.Text, Canary?.At);
        Add("quality", Quality?.Text, Quality?.At);
        Add("chips", Chips?.Text, Chips?.At);
        Add("chip memory", Held?.Text, Held?.At);
        return lines;

        void Add(string name, string? text, DateTimeOffset? at)
        {
            if (text is not null)
                lines.Add(new SignLine(name, text, at!.Value));
        }
    }
}

/// <summary>One sign in words.</summary>
public sealed record SignLine(string Sign, string Text, DateTimeOffset At);
