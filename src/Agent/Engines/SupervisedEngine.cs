using Agent.Adapters.VllmHttp;
using Agent.Configuration.Engines;
using Agent.Domain.Engines;
using Agent.Domain.Recovery;
using Agent.Engines.Signs;
using Agent.Engines.Starting;

namespace Agent.Engines;

/// <summary>One engine as the agent handles it: its settings, its processes, its HTTP.</summary>
internal sealed record SupervisedEngine(EngineSettings Settings, EngineHandle Handle, VllmClient Http)
{
    public string Name => Settings.Name;

    /// <summary>What the probes saw of it last, and what that amounts to, as the loop published it.</summary>
    public PublishedSigns Signs { get; } = new();

    public EngineOnChips OnChips => new(Name, Settings.Chips, Handle.Wanted);

    private readonly BoundedLook<bool> _asking = new();

    private static readonly TimeSpan HttpLimit = TimeSpan.FromSeconds(1);

    /// <summary>Whether it is up to its last start-up stage. Before it HTTP is closed, which is no fault.</summary>
    public bool IsServing => Handle.Life() == EngineLife.Running && Handle.Log?.Read().Stage == StartupStage.Serving;

    /// <summary>
    /// Asks an engine whose log does not say that it serves. HTTP is closed before the last stage, so an answer is proof of it, whatever
    /// the log could tell: uvicorn's own last line is missing at a log level above info, and a log on a full disk stops in the middle.
    /// </summary>
    /// <returns>False when its processes could not be read in time.</returns>
    public async Task<bool> AskUntoldAsync(TimeProvider clock, CancellationToken cancellation)
    {
        if (Handle.Life() != EngineLife.Running || Handle.Log is not { } log || log.Read().Stage == StartupStage.Serving)
            return true;
        var (ended, _) = await _asking.SeeAsync(async () =>
        {
            var answers = MayServe(log.Read().Stage) && (await Http.HealthAsync(HttpLimit, CancellationToken.None)).End == VllmEnd.Answered;
            if (answers)
                log.Serves();
            return answers;
        }, clock, cancellation);
        return ended;
    }

    /// <summary>In the middle of a start somebody else may have the port; the log has to be contradicted by the engine's own socket.</summary>
    private bool MayServe(StartupStage stage) => stage switch
    {
        StartupStage.Serving => false,
        StartupStage.Launched or >= StartupStage.EngineReady => true,
        _ => Settings.HasFrontEnd && Handle.Listens(),
    };
}
