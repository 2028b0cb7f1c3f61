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
    public async Task OnScheduleAsync(CancellationToken stop)
    {
        if (await _one.WaitAsync(0, CancellationToken.None))
            await LookAsync(stop);
    }

    public async Task OnRequestAsync(CancellationToken stop)
    {
        if (Interlocked.Exchange(ref _asked, 1) == 1)
            return;
        // A stop ends the look that is waited for.
        await _one.WaitAsync(CancellationToken.None);
        Volatile.Write(ref _asked, 0);
        await LookAsync(stop);
    }

    /// <summary>Never throws for a stop, whoever noticed it first: the probe, its bounds or the loop that takes the look.</summary>
    private async Task LookAsync(CancellationToken stop)
    {
        try
        {
            if (stop.IsCancellationRequested || clock.GetElapsedTime(_restsSince) < _rest)
                return;
            var look = await probe.LookAsync(clock, stop);
            (_restsSince, _rest) = (clock.GetTimestamp(), probe.RestAfter(look.Duration));
            await seen(look);
        }
        catch (OperationCanceledException)
        {
            // The agent stops, and nobody waits for this look. A deadline does not come here: it is an observation.
        }
        finally
        {
            _one.Release();
        }
    }
}
