using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
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

    /// <summary>Of the second chip where it does something else than the first.</summary>
    public int? OtherPercent { get; init; }

    public bool Starts { get; init; }

    /// <summary>The API server answers nothing.</summary>
    public bool IsSilent { get; init; }

    public bool MetricsAreLate { get; init; }

    /// <summary>Of one CPU that the API server takes; unless told otherwise it is silent because it is busy.</summary>
    public int ServerPercent { get; init; } = 100;

    /// <summary>How much of the time it is ready to run and others have the CPU.</summary>
    public int ServerWaitsPercent { get; init; }

    /// <summary>A look finds it ready to run, or waiting for memory that was swapped out.</summary>
    public bool ServerWants { get; init; }

    /// <summary>Its processes cannot be read.</summary>
    public bool ServerIsUnseen { get; init; }

    /// <summary>The agent has no turn: suspended, or starved of CPU.</summary>
    public bool AgentIsAway { get; init; }

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
    private TimeSpan _serverUsed;
    private TimeSpan _serverWaited;

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
        _serverUsed += TimeSpan.FromMilliseconds(10 * now.ServerPercent);
        _serverWaited += TimeSpan.FromMilliseconds(10 * now.ServerWaitsPercent);
    }

    /// <summary>A canary was answered: its tokens count as well.</summary>
    public void Answered() => (_tokens, _iterations) = (_tokens + CanaryTokens, _iterations + CanaryTokens);

    public EngineCounters Counters(Stretch now) => new(now.Running, now.Waiting, _tokens, 100, _iterations, 0.5) { Born = 1 };

    public CpuTime[]? Servers(Stretch now) => now.ServerIsUnseen ? null : [new CpuTime(new ProcessId(4711, 1), _serverUsed, _serverWaited, now.ServerWants)];

    public static ChipRow[] Chips(Stretch now) =>
        [.. Enumerable.Range(0, 2).Select(chip =>
            new ChipRow(chip, 0) { AiCorePercent = chip == 0 ? now.AiCorePercent : now.OtherPercent ?? now.AiCorePercent, HbmMb = new(59000, 65536) })];
}
