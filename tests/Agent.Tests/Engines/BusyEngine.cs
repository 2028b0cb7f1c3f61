using Agent.Adapters.NpuSmi;
using Agent.Adapters.VllmHttp;

namespace Agent.Tests.Engines;

/// <summary>What an engine does in one stretch of time, and how it looks from outside.</summary>
/// <param name="Length">In seconds.</param>
internal sealed record Stretch(string Name, int Length)
{
    public double Running { get; init; }

    public double Waiting { get; init; }

    /// <summary>Tokens a second; 0: no counter moves.</summary>
    public double Tokens { get; init; }

    public int AiCorePercent { get; init; }

    public bool Starts { get; init; }

    /// <summary>The API server answers nothing.</summary>
    public bool IsSilent { get; init; }

    public bool MetricsAreLate { get; init; }

    public bool ChipsAreUnseen { get; init; }

    /// <summary>Seconds a canary takes.</summary>
    public int CanarySeconds { get; init; } = 1;
}

/// <summary>A healthy engine under a script of load, a second a step.</summary>
internal sealed class BusyEngine(IReadOnlyList<Stretch> script)
{
    /// <summary>So many tokens a canary's answer has.</summary>
    public const int CanaryTokens = 8;

    private double _tokens = 1000;
    private double _iterations = 500;

    public int Length => script.Sum(s => s.Length);

    public Stretch At(int second)
    {
        foreach (var stretch in script)
        {
            if (second < stretch.Length)
                return stretch;
            second -= stretch.Length;
        }

        return script[^1];
    }

    public void Step(Stretch now)
    {
        _tokens += now.Tokens;
        _iterations += now.Tokens > 0 ? 1 : 0;
    }

    /// <summary>A canary was answered: its tokens count as well.</summary>
    public void Answered() => (_tokens, _iterations) = (_tokens + CanaryTokens, _iterations + CanaryTokens);

    public EngineCounters Counters(Stretch now) => new(now.Running, now.Waiting, _tokens, 100, _iterations, 0.5) { Born = 1 };

    public static ChipRow[] Chips(Stretch now) =>
        [.. Enumerable.Range(0, 2).Select(chip => new ChipRow(chip, 0) { AiCorePercent = now.AiCorePercent, HbmMb = new(59000, 65536) })];
}
