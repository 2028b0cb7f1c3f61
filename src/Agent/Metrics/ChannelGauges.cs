using Agent.Notifications.Queue;
using Prometheus;

namespace Agent.Metrics;

/// <summary>What waits for receivers. Each has its series from the start, so that nothing waiting reads 0.</summary>
internal sealed class ChannelGauges(MetricsSources sources, MetricFactory factory)
{
    private readonly Gauge _waiting = factory.CreateGauge("npu_agent_outbox_waiting",
        "Notices that the receiver was not told yet, from the agent's outbox.", "notifier");

    private readonly Gauge _age = factory.CreateGauge("npu_agent_outbox_oldest_age_seconds",
        "Age of the oldest notice that the receiver was not told yet, in seconds, from the agent's outbox. 0: none waits.", "notifier");

    private readonly Gauge _dead = factory.CreateGauge("npu_agent_outbox_dead_letters",
        "Notices that were given up: the receiver rejected them, or was away for 7 days. npu-agent notify retry sends them again.", "notifier");

    private readonly Gauge _failing = factory.CreateGauge("npu_agent_notifier_failing",
        "1: the newest try reached nobody, or was refused until a person mends the receiver. 0: it passed, or none was made yet.", "notifier");

    public void Show()
    {
        var now = sources.Clock.GetUtcNow();
        foreach (var view in sources.Channels())
        {
            Set(_waiting, view, view.Waiting);
            Set(_age, view, view.OldestAt is { } oldest ? Math.Max(0, (now - oldest).TotalSeconds) : 0);
            Set(_dead, view, view.Dead);
            Set(_failing, view, view.State.FailingSince is null ? 0 : 1);
        }
    }

    private static void Set(Gauge gauge, ChannelView view, double value) => gauge.WithLabels(view.State.Name).Set(value);
}
