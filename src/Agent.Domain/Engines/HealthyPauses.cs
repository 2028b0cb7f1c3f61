namespace Agent.Domain.Engines;

/// <summary>
/// What one engine has shown of itself while it worked: for how long its counters stood still with work present, and then
/// moved again. Only such a pause is a healthy one. A standstill that ended with the run, one that was long enough to be judged
/// a hang, and one in which looks were missed teach nothing.
/// </summary>
/// <param name="Worked">So long its work was seen to get on.</param>
/// <param name="Longest">The longest pause.</param>
/// <param name="LongestIdle">The longest one in which the AI cores of all its chips did nothing.</param>
public sealed record HealthyPauses(TimeSpan Worked, TimeSpan Longest, TimeSpan LongestIdle)
{
    public static readonly HealthyPauses None = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>An engine that was seen at work for less has not shown its long prompts yet.</summary>
    public static readonly TimeSpan Enough = TimeSpan.FromMinutes(30);

    /// <summary>Prompts that took 40 s came to engines that had read short ones before.</summary>
    public static readonly TimeSpan Floor = TimeSpan.FromSeconds(50);

    /// <summary>A pause of a long prompt. Shorter ones say nothing of an engine that reads any prompt in one piece.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    private const int Times = 3;
    private const int TimesIdle = 2;

    public HealthyPauses After(TimeSpan pause, bool idle, TimeSpan grace)
    {
        if (pause >= grace)
            return this;
        return this with
        {
            Longest = pause > Longest ? pause : Longest,
            LongestIdle = idle && pause > LongestIdle ? pause : LongestIdle,
        };
    }

    /// <summary>How long counters may stand still with work present when no other sign tells anything.</summary>
    /// <param name="grace">The whole grace time.</param>
    /// <param name="readsInParts">No step of it reads more than a part of a long prompt.</param>
    public TimeSpan Patience(TimeSpan grace, bool readsInParts)
    {
        if (Worked < Enough || (!readsInParts && Longest < Long))
            return grace;
        var learned = Longest * Times > Floor ? Longest * Times : Floor;
        return learned < grace ? learned : grace;
    }

    /// <summary>The same when the chips do nothing meanwhile.</summary>
    public TimeSpan IdlePatience(TimeSpan agreed, TimeSpan grace)
    {
        var learned = LongestIdle * TimesIdle > agreed ? LongestIdle * TimesIdle : agreed;
        return learned < grace ? learned : grace;
    }
}

/// <summary>The pauses as a sign: what was learned of this engine with these arguments.</summary>
public sealed record HealthyPauseSign(DateTimeOffset At, HealthyPauses Learned)
{
    public string Text =>
        $"longest with work {Durations.Text(Learned.Longest)}, with idle chips {Durations.Text(Learned.LongestIdle)}, "
        + $"in {Durations.Text(Learned.Worked)} of work"
        + (Learned.Worked < HealthyPauses.Enough ? $"; counts from {Durations.Text(HealthyPauses.Enough)} on" : "");
}
