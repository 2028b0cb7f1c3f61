using Agent.Domain.Observations;
using Quartz;

namespace Agent.Probes;

/// <summary>
/// Runs probes on their schedules; the only file that knows Quartz. A missed time is skipped: after a suspend ten late looks
/// at once would hit a sick driver.
/// </summary>
internal sealed class ProbeJob(ProbeSchedule schedule) : IJob
{
    internal const string KeyOfProbe = "probe";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await schedule.LookAsync((string)context.JobDetail.JobDataMap[KeyOfProbe]!, cancellationToken);
}

/// <summary>The probes of this host on their schedules.</summary>
internal sealed class ProbeSchedule(IReadOnlyList<ScheduledProbe> probes, Func<ProbeLook, ValueTask> seen, TimeProvider clock, ISchedulerFactory schedulers) : IDisposable
{
    /// <summary>Probes with such an interval ask dozens of questions a look. They begin later, so that a start is quick.</summary>
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, ProbeTurn> _turns = probes.ToDictionary(p => p.Key, p => new ProbeTurn(p, seen, clock), StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();

    public async Task StartAsync(CancellationToken cancellation)
    {
        var scheduler = await schedulers.GetScheduler(cancellation);
        // From one moment on, so that looks fall together and the agent sleeps in between.
        var begin = clock.GetUtcNow();
        foreach (var probe in probes)
        {
            var job = JobBuilder.Create<ProbeJob>()
                .WithIdentity(probe.Key)
                .DisallowConcurrentExecution(true)
                .UsingJobData(ProbeJob.KeyOfProbe, probe.Key)
                .Build();
            var trigger = TriggerBuilder.Create()
                .StartAt(begin + (probe.Interval < Seldom ? TimeSpan.Zero : probe.Interval / 4))
                .WithSimpleSchedule(s => s.WithInterval(probe.Interval).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount))
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
        foreach (var turn in _turns.Values.Where(t => IsQuick(t.Probe) && (subject is null || t.Probe.Probe.Subject == subject)).OrderByDescending(t => t.Probe.Probe.NamesCauses))
            _ = Task.Run(() => turn.OnRequestAsync(_stop.Token), _stop.Token);
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        await _stop.CancelAsync();
        var scheduler = await schedulers.GetScheduler(cancellation);
        await scheduler.Shutdown(false, cancellation);
    }

    public void Dispose() => _stop.Dispose();

    private static bool IsQuick(ScheduledProbe probe) => probe.Interval < Seldom || probe.Probe.Subject.Kind == SubjectKind.Engine;

    internal Task LookAsync(string key, CancellationToken cancellation) => _turns[key].OnScheduleAsync(cancellation);
}
