namespace Agent.Domain.Engines;

/// <summary>How long each sign may last before it counts.</summary>
public sealed record EngineLimits
{
    /// <summary>One stage of a start-up without progress.</summary>
    public TimeSpan StageTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Counters flat with work present, with no other sign, for as long as the engine's own pauses are not known: a huge prompt
    /// read in one piece looks so. Zero: counters are no sign.
    /// </summary>
    public TimeSpan StallGrace { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Its steps are known to read no more than a part of a long prompt, so a healthy one is short.</summary>
    public bool ReadsInParts { get; init; }

    /// <summary>Counters flat with work present, when a second sign agrees. A little less than three scrapes.</summary>
    public TimeSpan AgreedGrace { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>Canaries in a row without an answer.</summary>
    public int CanaryMisses { get; init; } = 2;

    public double MaxSecondsPerToken { get; init; } = 1;

    /// <summary>False: it has no port by design, and its processes, log and chips are all there is to see.</summary>
    public bool HasFrontEnd { get; init; } = true;

    /// <summary>How old the look at the run may be, for the engine to be judged at all.</summary>
    public TimeSpan RunLasts { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How old a sign may be to be taken for the present.</summary>
    public TimeSpan HttpLasts { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan CanaryLasts { get; init; } = TimeSpan.FromMinutes(4);

    public TimeSpan ChipsLast { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A port that refuses, /health that says dead, an engine core that is gone: for so long.</summary>
    public TimeSpan DeadAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>vLLM leaves within 5 s of the death of its core; a process that stays longer is stuck.</summary>
    public TimeSpan LeaveAfterDeath { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What the others get to follow a main process that ended in its own way.</summary>
    public TimeSpan LeavingTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long after a kill because memory ran out the engine's end is taken for its consequence: systemd lets an engine drain before it ends it.
    /// </summary>
    public TimeSpan MemoryKillLasts { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long before an end its cause may stand in the log, where nothing proves that the engine worked in between: the longest chain
    /// is a collective that waits for half an hour and a core that waits for its workers.
    /// </summary>
    public TimeSpan CauseLasts { get; init; } = TimeSpan.FromMinutes(40);

    /// <summary>Log lines that tell of workers which take no message.</summary>
    public int NoBlockLines { get; init; } = 3;

    /// <summary>So many canary looks in a row with wrong answers.</summary>
    public int WrongLooks { get; init; } = 2;

    /// <summary>Requests that wait while none runs: shorter, and they only just came.</summary>
    public TimeSpan HeldAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence that no sign explains counts after so many times the grace: healthy engines were silent for minutes under bursts.</summary>
    public int SilenceFactor { get; init; } = 5;

    public TimeSpan Agreed => AgreedGrace < StallGrace ? AgreedGrace : StallGrace;
}
