using Agent.Adapters.Hccn;

namespace Agent.Probes.Npu;

/// <summary>Limits of an optical module that carries a link. They are those that the vendor's own fault diagnosis uses.</summary>
internal static class OpticalLimits
{
    private const double LeastSent = 0.2;
    private const double MostSent = 2.5;
    private const double LeastReceived = 0.1445;
    private const double MostReceived = 2.3;
    private const double LeastBias = 6;
    private const double MostBias = 10;
    private const double LeastSignalToNoise = 18;

    /// <returns>What is outside of its limits, for people; empty when nothing is.</returns>
    public static IReadOnlyList<string> Violations(OpticalModule module) =>
    [
        .. Outside("sends", module.SentMilliwatts, LeastSent, MostSent, "mW"),
        .. Outside("receives", module.ReceivedMilliwatts, LeastReceived, MostReceived, "mW"),
        .. Outside("has a laser bias of", module.BiasMilliamps, LeastBias, MostBias, "mA"),
        .. Outside("has a signal to noise ratio of", module.SignalToNoiseDecibels, LeastSignalToNoise, double.MaxValue, "dB"),
        .. module.RaisedFlags.Select(f => $"flag {f.Key} is raised (0x{f.Value:x})"),
    ];

    private static IEnumerable<string> Outside(string does, IReadOnlyList<double> lanes, double least, double most, string unit) =>
        from lane in lanes.Index()
        where lane.Item < least || lane.Item > most
        select $"lane {lane.Index} {does} {lane.Item} {unit}, allowed {(most < double.MaxValue ? $"{least} to {most}" : $"from {least}")}";
}
