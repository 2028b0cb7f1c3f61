using System.Collections.Concurrent;
using Quartz;

namespace Agent.Probes;

/// <summary>
/// Runs probes on their schedules; the only file that knows Quartz. A probe never overlaps itself, and a missed time is
/// skipped: after a suspend ten late looks at once would hit a sick driver.
/// </summary>
internal sealed class ProbeJob(ProbeSchedule schedule) : IJob
{
    internal const string KeyOfProbe = "probe";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await schedule.LookAsync((string)context.JobDetail.JobDataMap[KeyOfProbe]!, cancellationToken);
}

/// <summary>The probes of this host on their schedules.</summary>
internal sealed class ProbeSchedule(IReadOnlyList<ScheduledProbe> probes, Func<ProbeLook, ValueTask> seen, TimeProvider clock, ISchedulerFactory schedulers)
{
    /// <summary>Probes with such an interval ask dozens of questions a look. They begin later, so that a start is quick.</summary>
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, ScheduledProbe> _probes = probes.ToDictionary(p => p.Key, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (long Since, TimeSpan Length)> _resting = new(StringComparer.Ordinal);

    public async Task StartAsync(CancellationToken cancellation)
    {
        var scheduler = await schedulers.GetScheduler(cancellation);
        foreach (var probe in probes)
        {
            var job = JobBuilder.Create<ProbeJob>()
                .WithIdentity(probe.Key)
                .DisallowConcurrentExecution(true)
                .UsingJobData(ProbeJob.KeyOfProbe, probe.Key)
                .Build();
            var trigger = TriggerBuilder.Create()
                .StartAt(clock.GetUtcNow() + (probe.Interval < Seldom ? TimeSpan.Zero : probe.Interval / 4))
                .WithSimpleSchedule(s => s.WithInterval(probe.Interval).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount))
                .Build();
            await scheduler.ScheduleJob(job, trigger, default!, cancellation);
        }

        await scheduler.Start(cancellation);
    }

    /// <summary>
    /// Lets the probes look now: something was seen that the others may explain. Not those that look seldom: they ask many
    /// questions a look, and would stand in the way of the others when it counts.
    /// </summary>
    public async Task LookNowAsync(CancellationToken cancellation)
    {
        var scheduler = await schedulers.GetScheduler(cancellation);
        foreach (var key in _probes.Values.Where(p => p.Interval < Seldom).Select(p => p.Key))
            await scheduler.TriggerJob(new JobKey(key), null!, cancellation);
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        var scheduler = await schedulers.GetScheduler(cancellation);
        await scheduler.Shutdown(false, cancellation);
    }

    internal async Task LookAsync(string key, CancellationToken cancellation)
    {
        var probe = _probes[key];
        if (_resting.TryGetValue(key, out var rest) && clock.GetElapsedTime(rest.Since) < rest.Length)
            return;
        var look = await probe.LookAsync(clock, cancellation);
        _resting[key] = (clock.GetTimestamp(), probe.RestAfter(look.Duration));
        await seen(look);
    }
}
