using System.Globalization;
using Agent.Adapters;
using Agent.Domain.Observations;
using Agent.ForeignText;
using Agent.Probes;
using Microsoft.Extensions.DependencyInjection;

namespace Agent.Tests.Probes;

public sealed class ProbeScheduleTests
{
    [Fact]
    public async Task However_many_probes_wait_for_their_deadline_another_looks()
    {
        var looked = new TaskCompletionSource();
        List<ScheduledProbe> probes = [.. Enumerable.Range(0, 40)
            .Select(i => Probe(i.ToString(CultureInfo.InvariantCulture), stop => Task.Delay(Timeout.Infinite, stop)))];
        probes.Add(Probe("quick", Noting(looked)));
        await UntilAsync(probes, looked.Task);
    }

    [Fact]
    public async Task Probes_of_one_interval_and_of_nearly_the_same_all_look()
    {
        TaskCompletionSource[] looked = [new(), new(), new()];
        await UntilAsync(
            [Probe("one", Noting(looked[0])), Probe("two", Noting(looked[1])),
                Probe("three", Noting(looked[2])) with { Interval = TimeSpan.FromMilliseconds(1001) }],
            Task.WhenAll(looked.Select(l => l.Task)));
    }

    [Fact]
    public async Task A_probe_that_wants_another_to_look_gets_its_look_at_once()
    {
        var (looks, looked) = (0, new TaskCompletionSource());
        var seldom = Probe("seldom", _ =>
        {
            // The first look is the one of the schedule.
            if (Interlocked.Increment(ref looks) == 2)
                looked.TrySetResult();
            return Task.CompletedTask;
        }) with
        { Interval = TimeSpan.FromMinutes(50) };
        var wanting = new ScheduledProbe(new Looker("wanting", _ => Task.CompletedTask, wants: ["seldom", "not there"]), TimeSpan.FromMilliseconds(200),
            TimeSpan.FromMinutes(1), TextGate.OfPatterns);
        await UntilAsync([seldom, wanting], looked.Task);
    }

    [Theory]
    [InlineData(-86400)]
    [InlineData(-3600)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(3600)]
    [InlineData(86400)]
    public async Task Probes_look_on_whatever_the_hosts_clock_is_set_to(int seconds)
    {
        var host = new SettableClock(TimeProvider.System);
        var (looks, looked) = (0, new TaskCompletionSource());
        await UntilAsync(
            [
                Probe("looker", _ =>
                {
                    if (Interlocked.Increment(ref looks) == 1)
                        host.SetBy = TimeSpan.FromSeconds(seconds);
                    if (looks == 4)
                        looked.TrySetResult();
                    return Task.CompletedTask;
                }) with
                { Interval = TimeSpan.FromMilliseconds(100) },
            ],
            looked.Task,
            new SteadyClock(host));
    }

    private static async Task UntilAsync(IReadOnlyList<ScheduledProbe> probes, Task looked, TimeProvider? clock = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddProbes(probes, _ => ValueTask.CompletedTask, clock ?? TimeProvider.System);
        await using var provider = services.BuildServiceProvider();
        var schedule = provider.GetRequiredService<ProbeSchedule>();
        await schedule.StartAsync(TestContext.Current.CancellationToken);
        await looked.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await schedule.StopAsync(CancellationToken.None);
    }

    private static Func<CancellationToken, Task> Noting(TaskCompletionSource looked) => _ =>
    {
        looked.TrySetResult();
        return Task.CompletedTask;
    };

    private static ScheduledProbe Probe(string name, Func<CancellationToken, Task> look) =>
        new(new Looker(name, look), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TextGate.OfPatterns);

    private sealed class Looker(string name, Func<CancellationToken, Task> look, params IReadOnlyList<string> wants) : IProbe
    {
        public string Name => name;

        public Subject Subject => Subject.Host;

        public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
        {
            await look(cancellation);
            return wants.Count == 0 ? [] : [this.Healthy("looked", DateTimeOffset.UnixEpoch) with { Wants = wants }];
        }
    }
}
