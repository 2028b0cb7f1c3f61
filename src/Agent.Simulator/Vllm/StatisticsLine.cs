using System.Globalization;

namespace Agent.Simulator.Vllm;

/// <summary>The line of every ten seconds. It stops when nothing moved for two of these periods. So an idle and a hung engine log the same.</summary>
internal sealed class StatisticsLine(VllmMetrics metrics, VllmLog log)
{
    private (double Prompt, double Generated) _before;
    private bool _wasQuiet = true;

    public void Print(TimeSpan interval)
    {
        var now = metrics.Read();
        var (prompt, generated) = ((now.PromptTokens - _before.Prompt) / interval.TotalSeconds,
            (now.GeneratedTokens - _before.Generated) / interval.TotalSeconds);
        _before = (now.PromptTokens, now.GeneratedTokens);
        var quiet = prompt == 0 && generated == 0;
        if (!quiet || !_wasQuiet)
            log.Info("loggers.py:127", string.Create(CultureInfo.InvariantCulture,
                $"Engine 000: Avg prompt throughput: {prompt:0.0} tokens/s, Avg generation throughput: {generated:0.0} tokens/s, Running: {now.Running} "
                + $"reqs, Waiting: {now.Waiting} reqs, GPU KV cache usage: {now.KvUsage * 100:0.0}%, Prefix cache hit rate: {now.HitRate * 100:0.0}%"));
        _wasQuiet = quiet;
    }
}
