using System.Globalization;
using Agent.Domain.Observations;
using Agent.Probes;
using Microsoft.Extensions.DependencyInjection;

namespace Agent.Tests.Probes;

public sealed class ProbeScheduleTests
{
    [Fact]
    public async Task However_many_probes_wait_for_their_deadline_another_looks()
    {
        var looked = new TaskCompletionSource();
        List<ScheduledProbe> probes = [.. Enumerable.Range(0, 40).Select(i => Probe(i.ToString(CultureInfo.InvariantCulture), stop => Task.Delay(Timeout.Infinite, stop)))];
        probes.Add(Probe("quick", Noting(looked)));
        await UntilAsync(probes, looked.Task);
    }

    [Fact]
    public async Task Probes_of_one_interval_and_of_nearly_the_same_all_look()
    {
        TaskCompletionSource[] looked = [new(), new(), new()];
        await UntilAsync(
            [Probe("one", Noting(looked[0])), Probe("two", Noting(looked[1])), Probe("three", Noting(looked[2])) with { Interval = TimeSpan.FromMilliseconds(1001) }],
            Task.WhenAll(looked.Select(l => l.Task)));
    }

    private static async Task UntilAsync(IReadOnlyList<ScheduledProbe> probes, Task looked)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddProbes(probes, _ => ValueTask.CompletedTask, TimeProvider.System);
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

    private static ScheduledProbe Probe(string name, Func<CancellationToken, Task> look) => new(new Looker(name, look), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    private sealed class Looker(string name, Func<CancellationToken, Task> look) : IProbe
    {
        public string Name => name;

        public Subject Subject => Subject.Host;

        public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
        {
            await look(cancellation);
            return [];
        }
    }
}
