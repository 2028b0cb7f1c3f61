namespace Agent.Domain.Engines;

/// <summary>
/// One engine as the picture holds it: the signs of its present run and the newest verdict. Signs belong to a run: those of an
/// earlier one say nothing of the present. Immutable; the same looks in the same order give the same.
/// </summary>
public sealed record EngineInView
{
    public static readonly EngineInView Nothing = new();

    /// <summary>Null: no run has been seen.</summary>
    public RunId? Run { get; init; }

    public EngineSigns Signs { get; init; } = new();

    /// <summary>The newest verdict; null before the first.</summary>
    public EngineJudgement? Newest { get; init; }

    /// <summary>When the newest look at the run began.</summary>
    public DateTimeOffset? LookBegan { get; init; }

    /// <summary>
    /// For how long the newest look at its chips holds: a slow look at the driver is followed by a rest, in which nobody looks again. Null: as
    /// long as the limits say.
    /// </summary>
    public TimeSpan? ChipsLast { get; init; }

    /// <summary>A verdict against the engine waits for a look that asks whether somebody paused it.</summary>
    public bool IsDoubted { get; init; }

    /// <summary>
    /// The next look at the run asks whoever may have paused it, which takes long: it is the first look, or a verdict against the engine
    /// stands or is near.
    /// </summary>
    public bool AsksForPause => Signs.Process is null || IsDoubted || Newest?.Verdict.Serving == false;

    public EngineSigns Of(RunId? run) => run is not null && run == Run ? Signs : new EngineSigns();

    /// <summary>Whether a sign is of the present run or of a later one. One of an earlier run came late, and says nothing of the present.</summary>
    public bool Takes(EngineSign sign) => Run is null || (sign.Run is not null && !sign.Run.IsBefore(Run));

    /// <param name="sign">What a look brings.</param>
    /// <param name="began">When the look began; null before its end.</param>
    /// <param name="validFor">How long what it saw may be taken for the present; null before its end.</param>
    public EngineInView With(EngineSign sign, DateTimeOffset? began, TimeSpan? validFor)
    {
        if (!Takes(sign))
            return this;
        var known = this with { Run = sign.Run, Signs = sign.Into(sign.Run == Run ? Signs : Signs.OfNextRun()) };
        return sign switch
        {
            RunSeen run => known with { LookBegan = began ?? run.Process.At },
            ChipsSeen => known with { ChipsLast = validFor },
            _ => known,
        };
    }

    /// <summary>Without what was seen of the run and of held chips before a time: a recovery changed both, and the next looks tell how they are.</summary>
    public EngineInView WithoutRun(DateTimeOffset before) => this with
    {
        Signs = Signs with
        {
            Process = Signs.Process?.At < before ? null : Signs.Process,
            Held = Signs.Held?.At < before ? null : Signs.Held,
        },
        IsDoubted = false,
    };

    /// <summary>
    /// Judged as a whole. Only while the run itself is in view: other signs do not tell that a process is gone. A verdict against an
    /// engine that runs is given once whoever may have paused it was asked.
    /// </summary>
    public EngineInView Judged(bool wanted, EngineLimits limits, DateTimeOffset now)
    {
        if (Signs.Process is not { } process || now - process.At > limits.RunLasts)
            return this;
        var signs = Signs with { Wanted = wanted };
        var verdict = EngineJudge.Judge(signs, ChipsLast is { } last ? limits with { ChipsLast = last } : limits, now);
        if (verdict.Serving == false && process.Life == EngineLife.Running && !signs.AskedForPause)
            return this with { IsDoubted = true };
        var since = Newest is { } before && before.Verdict.State == verdict.State && before.Verdict.Fault == verdict.Fault ? before.Since : now;
        return this with { IsDoubted = false, Newest = new EngineJudgement(verdict, signs, now, LookBegan ?? process.At, since) };
    }
}
