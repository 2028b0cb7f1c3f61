using System.Diagnostics.CodeAnalysis;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.ForeignText;

namespace Agent.Probes;

/// <summary>A probe with its times. Every probe gets its deadline, its duration, its failure handling and the gate for what others wrote here, for
/// free.</summary>
internal sealed record ScheduledProbe(IProbe Probe, TimeSpan Interval, TimeSpan Deadline, TextGate Gate)
{
    /// <summary>What a child that ignores its token gets beyond the deadline before it is left alone.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(2);

    /// <summary>A sound npu-smi answers within two or three seconds; shorter looks only waited their turn.</summary>
    private static readonly TimeSpan SlowLook = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long to leave the driver alone after a look. A driver that takes its time is sick or busy, and asking it as often
    /// as a sound one makes it sicker: a slow look is followed by a rest of four times its length.
    /// </summary>
    public TimeSpan RestAfter(TimeSpan duration)
    {
        if (!Probe.AsksDriver || duration < SlowLook)
            return TimeSpan.Zero;
        return 4 * duration < LongestRest ? 4 * duration : LongestRest;
    }

    /// <summary>Three rounds may be missed before what was seen counts as stale, and the probe as overdue; a rest is no miss.</summary>
    public TimeSpan ValidFor(TimeSpan duration) => (3 * Interval) + Deadline + RestAfter(duration);

    public Task<ProbeLook> LookAsync(TimeProvider clock, CancellationToken stop) => LookAsync(clock, _ => ValueTask.CompletedTask, stop);

    /// <summary>A deadline, as a mistake of the probe, is an observation; only a stop leaves as an exception.</summary>
    public async Task<ProbeLook> LookAsync(TimeProvider clock, Func<EngineSign, ValueTask> meanwhile, CancellationToken stop)
    {
        var (begun, began) = (clock.GetTimestamp(), clock.GetUtcNow());
        using var limit = new CancellationTokenSource(Deadline, clock);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        var observations = await LookBoundedAsync(clock, meanwhile, deadline.Token, stop);
        var duration = clock.GetElapsedTime(begun);
        return new ProbeLook(Probe.Name, Probe.Subject,
            [.. observations.Select(o => Catalogued(o).Cleaned(Gate) with { ValidFor = ValidFor(duration), Began = began })], duration);
    }

    [SuppressMessage("Design", "CA1031", Justification = "A probe's own mistake is an observation of its own and must never stop supervision.")]
    private async Task<IReadOnlyList<Observation>> LookBoundedAsync(TimeProvider clock, Func<EngineSign, ValueTask> meanwhile,
        CancellationToken deadline, CancellationToken stop)
    {
        Task? look = null;
        try
        {
            var answer = Probe.LookAsync(meanwhile, deadline);
            look = answer;
            return await answer.WaitAsync(Deadline + Grace, clock, stop);
        }
        catch (TimeoutException) when (look is { IsCompleted: false })
        {
            return [CouldNotLook(clock, $"did not come back within {Agent.Domain.Durations.Text(Deadline)} and ignores cancellation")];
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return [CouldNotLook(clock, $"gave no answer within {Agent.Domain.Durations.Text(Deadline)}")];
        }
        catch (Exception mistake) when (mistake is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            return [CouldNotLook(clock, $"the probe itself failed: {mistake.Message}")];
        }
    }

    // The policy could do nothing with it, and must not meet it.
    private Observation Catalogued(Observation seen) => seen.Fault is null || FaultCatalog.Default.Find(seen.Fault) is not null
        ? seen
        : seen with
        {
            Verdict = Verdict.CouldNotLook,
            Fault = null,
            Summary = $"the probe itself failed: it names the fault '{seen.Fault}', which is not in the catalogue",
        };

    private Observation CouldNotLook(TimeProvider clock, string summary) => new()
    {
        Probe = Probe.Name,
        Subject = Probe.Subject,
        Verdict = Verdict.CouldNotLook,
        Summary = summary,
        At = clock.GetUtcNow(),
    };
}

/// <summary>One look of one probe: what it saw and how long it took.</summary>
internal sealed record ProbeLook(string Probe, Subject Subject, IReadOnlyList<Observation> Observations, TimeSpan Duration);
