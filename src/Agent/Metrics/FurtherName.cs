using Agent.Domain.Observations;
using Prometheus;

namespace Agent.Metrics;

/// <summary>A figure of a probe under a name that others gave it.</summary>
/// <param name="Name">The name of others.</param>
/// <param name="Family">The agent's own name, without npu_.</param>
/// <param name="Factor">By which the value in base units is multiplied.</param>
/// <param name="Help">What it is; a sentence.</param>
/// <param name="Labels">Labels with the value that each has for a subject.</param>
internal sealed record FurtherName(string Name, string Family, double Factor, string Help, params (string Name, Func<Subject, string> Of)[] Labels)
{
    /// <returns>Shows what is measured now.</returns>
    public Action<ILookup<string, Measured>> Create(MetricFactory factory)
    {
        var gauge = factory.CreateGauge(Name, $"{Help} The same as npu_{Family}{(Factor == 1 ? "" : ", in another unit")}.",
            [.. Labels.Select(l => l.Name)], new GaugeConfiguration { SuppressInitialValue = true });
        return present => gauge.Show(present[Family].Select(m => ((string[])[.. Labels.Select(l => l.Of(m.Subject))], m.Value * Factor)));
    }
}

/// <summary>One figure of one subject.</summary>
internal sealed record Measured(Subject Subject, string Name, double Value);
