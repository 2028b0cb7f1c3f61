using Agent.Adapters.VllmHttp;
using Agent.Configuration;
using Agent.Domain.Recovery;

namespace Agent.Engines;

/// <summary>One engine as the agent handles it: its settings, its processes, its HTTP.</summary>
internal sealed record SupervisedEngine(EngineSettings Settings, EngineHost Host, VllmClient Http)
{
    public string Name => Settings.Name;

    /// <summary>What the probes saw of it last, and what that amounts to.</summary>
    public EngineSignBoard Signs { get; } = new();

    public EngineOnChips OnChips => new(Name, Settings.Chips, Host.Wanted);

    /// <summary>Whether it is up to its last start-up stage. Before it HTTP is closed, which is no fault.</summary>
    public bool IsServing => Host.Life() == EngineLife.Running && Host.Log?.Read().Stage == StartupStage.Serving;
}
