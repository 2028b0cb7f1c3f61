using System.Globalization;
using Agent.Configuration.Engines;
using Agent.Domain;
using Agent.Engines.Logs;

namespace Agent.Engines.Starting;

/// <summary>
/// vLLM gives its engine core a limited time to get ready, 600 s by default. After that it ends the start, even if the start makes
/// good progress. Large weights on slow storage need more time. The rate of the first shards shows this long before the limit.
/// </summary>
internal static class ReadyLimit
{
    public const string Variable = "VLLM_ENGINE_READY_TIMEOUT_S";

    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(10);

    /// <summary>A few shards are needed, because the first ones may come from the page cache.</summary>
    private const int Measured = 3;

    public static TimeSpan Of(EngineSettings engine) =>
        double.TryParse(engine.Environment.GetValueOrDefault(Variable), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0
            and < 1e6 ? TimeSpan.FromSeconds(seconds) : Usual;

    /// <returns>The message that the limit will end this start, and what to set. Null while the rate does not say so.</returns>
    public static string? Warning(EngineLogFacts facts, EngineSettings engine) =>
        facts.Stage == StartupStage.LoadingWeights && facts.Bar is { Done: >= Measured, Rest: { } rest } bar && bar.Elapsed + rest > Of(engine)
            ? $"{bar.Total} shards take {Durations.Text(bar.Elapsed + rest)} at this rate, vLLM ends the start after {Durations.Text(Of(engine))}: "
                + $"{Advice(bar, rest)}"
            : null;

    /// <summary>Half as much time again as the weights need, for the work that follows them.</summary>
    public static string Advice(ShardProgress? bar, TimeSpan? rest) => bar is not null && rest is { } missing
        ? string.Create(CultureInfo.InvariantCulture,
            $"set {Variable}: {Math.Ceiling((bar.Elapsed + missing).TotalMinutes * 1.5) * 60:0} in environment, or keep the weights on a local disk")
        : $"raise {Variable} in environment, or keep the weights on a local disk";
}
