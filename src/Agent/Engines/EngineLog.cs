using Agent.Adapters.Logs;
using Agent.Engines.Starting;

namespace Agent.Engines;

/// <summary>What the log of one run of an engine has told so far. Immutable.</summary>
internal sealed record EngineLogFacts
{
    private const int NoBlockKept = 10;
    private const string Detail = "Value error, ";

    public StartupStage Stage { get; init; } = StartupStage.Launched;

    /// <summary>The progress bar of the stage, when it shows one.</summary>
    public ShardProgress? Bar { get; init; }

    public int? Percent => Bar?.Percent;

    /// <summary>When the start-up last got on: a new stage, a new percentage, or a new line that is no noise.</summary>
    public required DateTimeOffset ProgressAt { get; init; }

    /// <summary>What the first line that names a cause names.</summary>
    public LogSignature? Cause { get; init; }

    public string? CauseFault => Cause?.Fault;

    public string? CauseLine { get; init; }

    /// <summary>The first error of the start-up, whether a signature knows it or not.</summary>
    public string? FirstError { get; init; }

    /// <summary>The line after which the engine core cannot work any more.</summary>
    public string? DeathLine { get; init; }

    public DateTimeOffset? DeathAt { get; init; }

    /// <summary>When a serving engine last said that its workers take no message; the newest few.</summary>
    public IReadOnlyList<DateTimeOffset> NoBlockAt { get; init; } = [];

    public string? NoBlockLine { get; init; }

    /// <summary>vLLM said that it was told to stop; of one that was dead before, this ended what was left and is no cause.</summary>
    public bool StopRequested { get; init; }

    public long SkippedBytes { get; init; }

    public string StageText => Percent is { } percent && Stage is StartupStage.LoadingWeights or StartupStage.CapturingGraphs
        ? $"{StartupStages.Text(Stage)} {percent} %"
        : StartupStages.Text(Stage);

    public EngineLogFacts After(string line, DateTimeOffset now)
    {
        var facts = Stage is StartupStage.Serving ? AfterServing(line, now) : AfterStarting(line, now);
        return LogSignatures.MayTell(line) ? facts.Told(line, now) : facts;
    }

    /// <summary>A progress bar whose line has not ended yet.</summary>
    public EngineLogFacts Showing(string unfinished, DateTimeOffset now) =>
        ShardProgress.Read(unfinished) is { } bar && (bar.Percent, bar.Done) != (Bar?.Percent, Bar?.Done) ? this with { Bar = bar, ProgressAt = now } : this;

    /// <summary>Nothing of a start-up is searched for in what a serving engine writes all day.</summary>
    private EngineLogFacts AfterServing(string line, DateTimeOffset now) => ProgressAt == now || LogSignatures.IsNoise(line) ? this : this with { ProgressAt = now };

    private EngineLogFacts AfterStarting(string line, DateTimeOffset now)
    {
        var shown = ShardProgress.Read(line);
        var stage = StartupStages.Of(line) is { } found && found > Stage ? found : Stage;
        var bar = stage == Stage ? shown ?? Bar : shown;
        var moved = stage != Stage || (shown is null ? !LogSignatures.IsNoise(line) : (shown.Percent, shown.Done) != (Bar?.Percent, Bar?.Done));
        return this with
        {
            Stage = stage,
            Bar = bar,
            ProgressAt = moved ? now : ProgressAt,
            CauseLine = TellsMore(line) ? $"{CauseLine!.Trim()}: {line.Trim()}" : CauseLine,
            FirstError = FirstError ?? (StartFingerprint.IsError(line) ? line : null),
        };
    }

    /// <summary>"1 validation error for ModelConfig" stands in one line, what is wrong in the next.</summary>
    private bool TellsMore(string line) =>
        CauseLine is { } cause && cause.Contains(" validation error", StringComparison.Ordinal) && !cause.Contains(Detail, StringComparison.Ordinal)
        && line.StartsWith("  ", StringComparison.Ordinal) && line.Contains(Detail, StringComparison.Ordinal);

    private EngineLogFacts Told(string line, DateTimeOffset now)
    {
        if (LogSignatures.IsNoBlock(line))
            return Stage is StartupStage.Serving ? this with { NoBlockAt = [.. NoBlockAt.TakeLast(NoBlockKept - 1), now], NoBlockLine = line } : this;
        // The first error of the first rank is the cause. An echo holds the place only until something better comes.
        var signature = Cause is null or { IsEcho: true } ? LogSignatures.Find(line) : null;
        var isDeath = LogSignatures.IsDeath(line);
        var cause = signature is not null && (Cause?.Fault is null || !signature.IsEcho) ? signature : null;
        return this with
        {
            Cause = cause ?? Cause,
            CauseLine = cause is null ? CauseLine : line,
            DeathLine = DeathLine ?? (isDeath ? line : null),
            DeathAt = DeathAt ?? (isDeath ? now : null),
            StopRequested = StopRequested || (DeathLine is null && LogSignatures.IsStopRequest(line)),
        };
    }
}

/// <summary>Follows the log file of one run. Several probes and a remedy ask it; each ask reads what is new.</summary>
/// <param name="run">The run.</param>
/// <param name="clock">The clock.</param>
/// <param name="copy">What fills the file, where the engine does not do it itself.</param>
internal sealed class EngineLog(EngineRun run, TimeProvider clock, LogCopy? copy = null)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(2);

    private readonly Lock _reading = new();
    private readonly LogFollower _follower = new(run.LogFile) { Begin = run.LogBegin };
    private EngineLogFacts _facts = new() { ProgressAt = run.StartedAt };

    public string Path => run.LogFile;

    public EngineLogFacts Read()
    {
        lock (_reading)
        {
            copy?.KeepUp();
            var now = clock.GetUtcNow();
            _follower.ReadNew(line => _facts = _facts.After(line, now));
            if (_facts.Stage is not StartupStage.Serving)
                _facts = _facts.Showing(_follower.Unfinished, now);
            _facts = _facts with { SkippedBytes = _follower.SkippedBytes };
            return _facts;
        }
    }

    /// <summary>It was seen to serve, and that is the last stage, whatever the log told: it may be unreadable, or too long to be read from its start.</summary>
    public void Serves()
    {
        lock (_reading)
            _facts = _facts with { Stage = StartupStage.Serving, ProgressAt = clock.GetUtcNow() };
    }

    /// <summary>Waits for what an engine that ended printed last: until its copier has ended too, or nothing came for a moment.</summary>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        var (length, since) = (EngineLogFiles.LengthOf(Path), begun);
        while (IsBeingCopied() && clock.GetElapsedTime(begun) < LongestSettling && clock.GetElapsedTime(since) < Quiet)
        {
            await Task.Delay(BetweenLooks, clock, cancellation);
            if (EngineLogFiles.LengthOf(Path) is var now && now != length)
                (length, since) = (now, clock.GetTimestamp());
        }
    }

    public void StopCopying()
    {
        lock (_reading)
            copy?.Stop();
    }

    private bool IsBeingCopied()
    {
        lock (_reading)
            return copy is { IsRunning: true };
    }
}
