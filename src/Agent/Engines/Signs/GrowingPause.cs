namespace Agent.Engines.Signs;

/// <summary>Pauses between looks at a thing that ends soon or takes long. They are short at first and grow to a second.</summary>
internal sealed class GrowingPause(TimeProvider clock, double firstSeconds = 0.005)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private TimeSpan _next = TimeSpan.FromSeconds(firstSeconds);

    public async Task NextAsync(CancellationToken cancellation)
    {
        await Task.Delay(_next, clock, cancellation);
        _next = _next * 1.5 < Longest ? _next * 1.5 : Longest;
    }

    /// <summary>Looks at once, then after each pause, until the condition holds or the limit is over.</summary>
    public static Task<bool> UntilAsync(Func<bool> isSo, TimeSpan limit, TimeProvider clock, CancellationToken cancellation) =>
        UntilAsync(() => Task.FromResult(isSo()), limit, clock, cancellation);

    /// <inheritdoc cref="UntilAsync(Func{bool}, TimeSpan, TimeProvider, CancellationToken)"/>
    public static async Task<bool> UntilAsync(Func<Task<bool>> isSo, TimeSpan limit, TimeProvider clock, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        for (var pause = new GrowingPause(clock); !await isSo(); await pause.NextAsync(cancellation))
        {
            if (clock.GetElapsedTime(begun) > limit)
                return false;
        }

        return true;
    }
}
