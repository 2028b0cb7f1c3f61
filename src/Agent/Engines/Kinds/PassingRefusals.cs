using Agent.Domain;

namespace Agent.Engines.Kinds;

/// <summary>
/// Repeats an attempt that was refused for a reason that passes: after a second, then after pauses that grow to half a minute. It ends
/// when the attempt succeeds, the refusal is of another class, or the limit is over. A daemon that is started again takes seconds.
/// </summary>
internal static class PassingRefusals
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <param name="attempt">Makes one attempt. Answers why it failed.</param>
    /// <param name="limit">The attempt is given up after this time. Zero: it is made once.</param>
    /// <param name="progress">Tells people about a wait.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellation">The agent stops.</param>
    public static async Task<KindRefusal?> OutlastAsync(Func<Task<KindRefusal?>> attempt, TimeSpan limit, Action<string> progress, TimeProvider clock,
        CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        var pause = First;
        for (var times = 1; ; times++)
        {
            if (await attempt() is not { } refusal)
                return null;
            var lasted = clock.GetElapsedTime(begun);
            if (refusal.Class != RefusalClass.Passes || lasted + pause > limit)
                return times == 1 ? refusal : refusal with { Text = $"{refusal.Text} (refused {times} times in {Durations.Text(lasted)})" };
            progress($"{refusal.Text}; tried again in {Durations.Text(pause)}");
            await Task.Delay(pause, clock, cancellation);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
