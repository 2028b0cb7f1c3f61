namespace Agent.Probes;

/// <summary>
/// The looks of one probe, never two at once. Who asks in the middle of a look gets another after it, because that one may
/// have begun before what they ask about; all who ask meanwhile share it.
/// </summary>
internal sealed class ProbeTurn(ScheduledProbe probe, Func<ProbeLook, ValueTask> seen, TimeProvider clock)
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private int _asked;
    private long _restsSince;
    private TimeSpan _rest = TimeSpan.Zero;

    public ScheduledProbe Probe => probe;

    /// <summary>By schedule: a time that finds the probe at work is skipped.</summary>
    public async Task OnScheduleAsync(CancellationToken cancellation)
    {
        if (await _one.WaitAsync(0, cancellation))
            await LookAsync(cancellation);
    }

    public async Task OnRequestAsync(CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _asked, 1) == 1)
            return;
        await _one.WaitAsync(cancellation);
        Volatile.Write(ref _asked, 0);
        await LookAsync(cancellation);
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            if (clock.GetElapsedTime(_restsSince) < _rest)
                return;
            var look = await probe.LookAsync(clock, cancellation);
            (_restsSince, _rest) = (clock.GetTimestamp(), probe.RestAfter(look.Duration));
            await seen(look);
        }
        finally
        {
            _one.Release();
        }
    }
}
