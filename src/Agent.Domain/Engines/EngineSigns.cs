namespace Agent.Domain.Engines;

/// <summary>What the looks at one run of an engine saw last. A sign that is null was not seen: could not look is no sign.</summary>
public sealed record EngineSigns
{
    /// <summary>False while an operator wants the engine stopped.</summary>
    public bool Wanted { get; init; } = true;

    public ProcessSign? Process { get; init; }

    public CoreSign? Core { get; init; }

    public StartSign? Start { get; init; }

    public LogSign? Log { get; init; }

    public HttpSign? Health { get; init; }

    /// <summary>How scrapes of /metrics end; what the last good one told is in <see cref="Counters"/>.</summary>
    public HttpSign? Metrics { get; init; }

    public CounterSign? Counters { get; init; }

    public CanarySign? Canary { get; init; }

    public ChipSign? Chips { get; init; }

    /// <summary>Every sign in words, with the time it was seen.</summary>
    public IReadOnlyList<SignLine> Lines()
    {
        List<SignLine> lines = [];
        Add("process", Process?.Text, Process?.At);
        Add("engine core", Core?.Text, Core?.At);
        Add("start", Start?.Text, Start?.At);
        Add("log", Log?.Text, Log?.At);
        Add("/health", Health?.Text, Health?.At);
        Add("/metrics", Metrics?.Text, Metrics?.At);
        Add("counters", Counters?.Text, Counters?.At);
        Add("canary", Canary?.Text, Canary?.At);
        Add("chips", Chips?.Text, Chips?.At);
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
