using Agent.Adapters;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Notifications.Queue;

namespace Agent.Supervision;

/// <summary>
/// Looks at the channels to people and alerting systems: what fails is written to the log when it begins, each hour, and when it is over. One that
/// fails for long is an incident, which the other channels tell.
/// </summary>
internal sealed class ChannelWatch(Func<IReadOnlyList<ChannelView>> channels, TimeProvider clock, ILogger<ChannelWatch> log)
{
    public const string Probe = "notifications";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LoggedEvery = TimeSpan.FromHours(1);

    private readonly Dictionary<string, (DateTimeOffset Since, DateTimeOffset LoggedAt)> _failing = new(StringComparer.Ordinal);

    public async Task RunAsync(Func<Message, ValueTask> post, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        // What failed when an earlier agent ended is known from the start.
        do
        {
            await post(new ChannelsLooked(Look()));
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    public Observation Look()
    {
        var now = clock.GetUtcNow();
        var views = channels();
        foreach (var view in views)
            Log(view, now);
        List<ChannelView> failing = [.. views.Where(v => v.State.FailingSince is not null)];
        var seen = new Observation { Probe = Probe, Subject = Subject.Host, Verdict = Verdict.Healthy, Summary = "messages arrive", At = now };
        return failing.Count == 0 ? seen : seen with
        {
            Verdict = Verdict.Faulty,
            Fault = FaultCodes.NotifierFailing,
            Summary = string.Join("; ", failing.Select(f => $"nothing reaches '{f.State.Name}' since {f.State.FailingSince + clock.SetBy():u}: "
                + $"{f.State.Problem} ({Waiting(f)})")),
        };
    }

    private void Log(ChannelView view, DateTimeOffset now)
    {
        var name = view.State.Name;
        if (view.State.FailingSince is { } since)
        {
            if (_failing.TryGetValue(name, out var told) && told.Since == since && now - told.LoggedAt < LoggedEvery)
                return;
            _failing[name] = (since, now);
            LogMessages.ChannelFails(log, name, since + clock.SetBy(), view.State.Problem, Waiting(view));
        }
        else if (_failing.Remove(name, out var was))
        {
            LogMessages.ChannelPasses(log, name, Durations.Text(now - was.Since));
        }
    }

    private static string Waiting(ChannelView view) => view.Waiting == 1 ? "1 notice waits" : $"{view.Waiting} notices wait";
}
