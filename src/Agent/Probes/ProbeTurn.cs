using Agent.Domain.Engines;
using Agent.Domain.Observations;

namespace Agent.Probes;

/// <summary>
/// The looks of one probe, never two at once. Who asks in the middle of a look gets another after it, because that one may
/// have begun before what they ask about; all who ask meanwhile share it.
/// </summary>
internal sealed class ProbeTurn(ScheduledProbe probe, Func<ProbeLook, ValueTask> seen, TimeProvider clock,
    Func<Subject, EngineSign, ValueTask>? meanwhile = null)
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private int _asked;
    private Looked _last = new(clock.GetTimestamp(), TimeSpan.Zero);

    public ScheduledProbe Probe => probe;

    /// <summary>How long the next look is overdue, beyond all that a sound schedule lets a probe miss; null when it is not.</summary>
    public OverdueProbe? Overdue()
    {
        var last = Volatile.Read(ref _last);
        var (since, allowed) = (clock.GetElapsedTime(last.At), probe.ValidFor(last.Took) + ScheduledProbe.Grace);
        return since > allowed ? new OverdueProbe(probe.Probe.Name, probe.Probe.Subject, clock.GetUtcNow() - since, since, allowed) : null;
    }

    /// <summary>A schedule begins: nothing is overdue yet.</summary>
    public void Begin() => Volatile.Write(ref _last, new Looked(clock.GetTimestamp(), TimeSpan.Zero));

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
            if (stop.IsCancellationRequested || clock.GetElapsedTime(_last.At) < probe.RestAfter(_last.Took))
                return;
            var look = await probe.LookAsync(clock, sign => meanwhile?.Invoke(probe.Probe.Subject, sign) ?? ValueTask.CompletedTask, stop);
            Volatile.Write(ref _last, new Looked(clock.GetTimestamp(), look.Duration));
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
    /// <summary>The end of the newest look, and how long it took.</summary>
    private sealed record Looked(long At, TimeSpan Took);
}
