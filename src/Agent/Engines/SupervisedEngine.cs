using Agent.Adapters.VllmHttp;
using Agent.Configuration;
using Agent.Domain.Engines;
using Agent.Domain.Recovery;

namespace Agent.Engines;

/// <summary>One engine as the agent handles it: its settings, its processes, its HTTP.</summary>
internal sealed record SupervisedEngine(EngineSettings Settings, EngineHost Host, VllmClient Http)
{
    public string Name => Settings.Name;

    /// <summary>What the probes saw of it last, and what that amounts to, as the loop published it.</summary>
    public PublishedSigns Signs { get; } = new();

    public EngineOnChips OnChips => new(Name, Settings.Chips, Host.Wanted);

    private static readonly TimeSpan HttpLimit = TimeSpan.FromSeconds(1);

    /// <summary>Whether it is up to its last start-up stage. Before it HTTP is closed, which is no fault.</summary>
    public bool IsServing => Host.Life() == EngineLife.Running && Host.Log?.Read().Stage == StartupStage.Serving;

    /// <summary>
    /// Asks an engine whose log told no stage yet, or is past the last one but HTTP: that is closed before, so an answer is proof of
    /// it. uvicorn's own last line is missing at a log level above info.
    /// </summary>
    public async Task AskUntoldAsync(CancellationToken cancellation)
    {
        if (Host.Life() == EngineLife.Running && Host.Log is { } log
            && log.Read().Stage is StartupStage.Launched or (>= StartupStage.EngineReady and < StartupStage.Serving)
            && (await Http.HealthAsync(HttpLimit, cancellation)).End == VllmEnd.Answered)
            log.Serves();
    }
}
