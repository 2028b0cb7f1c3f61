using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Quartz;

namespace Agent.Probes;

/// <summary>
/// Lets the probes of one interval look; the only file that knows Quartz. A missed time is skipped: after a suspend ten late
/// looks at once would hit a sick driver. Quartz fires by the time of day, so it is given the agent's own clock, which nobody sets.
/// </summary>
internal sealed class ProbeJob(ProbeSchedule schedule) : IJob
{
    internal const string KeyOfInterval = "interval";

    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        schedule.Look((TimeSpan)context.JobDetail.JobDataMap[KeyOfInterval]!);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The probes of this host on their schedules.</summary>
internal sealed class ProbeSchedule : IDisposable
{
    /// <summary>Probes with such an interval ask dozens of questions a look. They begin later, so that a start is quick.</summary>
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(60);

    private readonly IReadOnlyList<ProbeTurn> _turns;
    private readonly Func<ProbeLook, ValueTask> _seen;
    private readonly TimeProvider _clock;
    private readonly ISchedulerFactory _schedulers;
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _isBegun;

    public ProbeSchedule(IReadOnlyList<ScheduledProbe> probes, Func<ProbeLook, ValueTask> seen, TimeProvider clock, ISchedulerFactory schedulers,
        Func<Subject, EngineSign, ValueTask>? meanwhile = null)
    {
        (_seen, _clock, _schedulers) = (seen, clock, schedulers);
        _turns = [.. probes.Select(p => new ProbeTurn(p, SeenAsync, clock, meanwhile))];
    }

    public async Task StartAsync(CancellationToken cancellation)
    {
        var scheduler = await _schedulers.GetScheduler(cancellation);
        // From one moment on, and one job an interval, so that looks fall together and the agent sleeps in between.
        var begin = _clock.GetUtcNow();
        foreach (var turn in _turns)
            turn.Begin();
        _isBegun = true;
        foreach (var interval in _turns.Select(t => t.Probe.Interval).Distinct())
        {
            var job = JobBuilder.Create<ProbeJob>().WithIdentity(interval.ToString()).Build();
            job.JobDataMap[ProbeJob.KeyOfInterval] = interval;
            var trigger = TriggerBuilder.Create()
                .StartAt(begin + (interval < Seldom ? TimeSpan.Zero : interval / 4))
                .WithSimpleSchedule(s => s.WithInterval(interval).RepeatForever()
                    .WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount))
                .Build();
            await scheduler.ScheduleJob(job, trigger, default!, cancellation);
        }

        await scheduler.Start(cancellation);
    }

    /// <summary>
    /// Lets probes look now: something was seen that the others may explain, or an engine is back and has to be proven. Not
    /// those of the host that look seldom: they ask many questions a look, and would stand in the way of the others when it
    /// counts. Those that name causes go first.
    /// </summary>
    /// <param name="subject">Only the probes of one subject; null: all.</param>
    public void LookNow(Subject? subject)
    {
        foreach (var turn in _turns.Where(t => IsQuick(t.Probe) && (subject is null || t.Probe.Probe.Subject == subject))
            .OrderByDescending(t => t.Probe.Probe.NamesCauses))
            _ = Task.Run(() => turn.OnRequestAsync(_stop.Token), _stop.Token);
    }

    public ProbeWatch Watch => new(Overdue, IsBlind);

    /// <summary>Probes that have not looked for longer than a sound schedule lets them; none before the schedule begins.</summary>
    private IReadOnlyList<OverdueProbe> Overdue() => _isBegun ? [.. _turns.Select(t => t.Overdue()).OfType<OverdueProbe>()] : [];

    /// <summary>Whether no probe looks any more. Those that look seldom tell too late to be waited for.</summary>
    private bool IsBlind()
    {
        var often = _turns.Where(t => t.Probe.Interval < Seldom).ToList();
        var asked = often.Count > 0 ? often : _turns;
        return _isBegun && asked.Count > 0 && asked.All(t => t.Overdue() is not null);
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        await _stop.CancelAsync();
        var scheduler = await _schedulers.GetScheduler(cancellation);
        await scheduler.Shutdown(false, cancellation);
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>One that wants others to look now: those of the host, and those of its own engine.</summary>
    private async ValueTask SeenAsync(ProbeLook look)
    {
        await _seen(look);
        foreach (var seen in look.Observations)
        {
            foreach (var turn in _turns.Where(t => seen.Wants.Contains(t.Probe.Probe.Name)
                && (t.Probe.Probe.Subject == seen.Subject || t.Probe.Probe.Subject == Subject.Host)))
                _ = Task.Run(() => turn.OnRequestAsync(_stop.Token), _stop.Token);
        }
    }

    private static bool IsQuick(ScheduledProbe probe) => probe.Interval < Seldom || probe.Probe.Subject.Kind == SubjectKind.Engine;

    /// <summary>Each for itself: one that waits, or blocks in the kernel, must not keep another from looking.</summary>
    internal void Look(TimeSpan interval)
    {
        foreach (var turn in _turns.Where(t => t.Probe.Interval == interval))
            _ = Task.Run(() => turn.OnScheduleAsync(_stop.Token), _stop.Token);
    }
}
