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
    private readonly Dictionary<string, ScheduledProbe> _probes = probes.ToDictionary(p => p.Key, StringComparer.Ordinal);

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
                .StartNow()
                .WithSimpleSchedule(s => s.WithInterval(probe.Interval).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount))
                .Build();
            await scheduler.ScheduleJob(job, trigger, default!, cancellation);
        }

        await scheduler.Start(cancellation);
    }

    /// <summary>Lets every probe look now: something was seen that the others may explain.</summary>
    public async Task LookNowAsync(CancellationToken cancellation)
    {
        var scheduler = await schedulers.GetScheduler(cancellation);
        foreach (var key in _probes.Keys)
            await scheduler.TriggerJob(new JobKey(key), null!, cancellation);
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        var scheduler = await schedulers.GetScheduler(cancellation);
        await scheduler.Shutdown(false, cancellation);
    }

    internal async Task LookAsync(string key, CancellationToken cancellation) =>
        await seen(await _probes[key].LookAsync(clock, cancellation));
}
