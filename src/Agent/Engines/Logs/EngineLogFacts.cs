using Agent.Engines.Causes;
using Agent.Engines.Starting;
using Agent.ForeignText;

namespace Agent.Engines.Logs;

/// <summary>The facts that the log of one engine run has told so far. Immutable.</summary>
internal sealed record EngineLogFacts
{
    /// <summary>Every kept line passes this gate: kept lines are shown and sent, and the log is the text of the engine.</summary>
    public TextGate Gate { get; init; } = TextGate.OfPatterns;

    private const int NoBlockKept = 10;

    public StartupStage Stage { get; init; } = StartupStage.Launched;

    /// <summary>The progress bar of the stage, when it shows one.</summary>
    public ShardProgress? Bar { get; init; }

    public int? Percent => Bar?.Percent;

    /// <summary>The time when the start-up last made progress: a new stage, a new percentage, or a new line that is no noise.</summary>
    public required DateTimeOffset ProgressAt { get; init; }

    /// <summary>The cause that the log names for the present failure.</summary>
    public FoundCause? Found { get; init; }

    public LogSignature? Cause => Found?.Signature;

    public string? CauseFault => Found?.Meaning.Fault;

    public string? CauseLine => Found?.Line;

    /// <summary>The first error of the start-up, even if no signature knows it.</summary>
    public string? FirstError { get; init; }

    /// <summary>The line after which the engine core cannot work any more.</summary>
    public string? DeathLine { get; init; }

    public DateTimeOffset? DeathAt { get; init; }

    /// <summary>The times when a serving engine said that its workers take no message. Only the newest few are kept.</summary>
    public IReadOnlyList<DateTimeOffset> NoBlockAt { get; init; } = [];

    public string? NoBlockLine { get; init; }

    /// <summary>vLLM said that it was told to stop. If the engine was dead before, the stop only ended the rest and is no cause.</summary>
    public bool StopRequested { get; init; }

    public long SkippedBytes { get; init; }

    /// <summary>When HTTP begins, settings, models and memory are proven.</summary>
    public CausePhase Phase => Stage < StartupStage.HttpStarting ? CausePhase.Starting : CausePhase.Serving;

    public string StageText => Percent is { } percent && Stage is StartupStage.LoadingWeights or StartupStage.CapturingGraphs
        ? $"{StartupStages.Text(Stage)} {percent} %"
        : StartupStages.Text(Stage);

    private CauseSearch Search { get; init; } = new();

    /// <summary>A line of which only some pieces have come.</summary>
    private CutLine? Cut { get; init; }

    public EngineLogFacts After(string line, DateTimeOffset now)
    {
        var (waiting, whole) = CutLine.Take(Cut, line);
        var facts = waiting == Cut ? this : this with { Cut = waiting };
        return whole is null ? facts : facts.AfterWhole(whole, now);
    }

    private EngineLogFacts AfterWhole(string line, DateTimeOffset now)
    {
        var facts = Stage is StartupStage.Serving ? AfterServing(line, now) : AfterStarting(line, now);
        return facts.Search.IsOpen || LogSignatures.MayTell(line) ? facts.Told(EngineLine.Of(line), now) : facts;
    }

    /// <summary>A progress bar whose line has not ended yet.</summary>
    public EngineLogFacts Showing(string unfinished, DateTimeOffset now) =>
        ShardProgress.Read(unfinished) is { } bar && (bar.Percent, bar.Done) != (Bar?.Percent, Bar?.Done) ? this with { Bar = bar, ProgressAt = now } : this;

    /// <summary>It was seen to serve.</summary>
    public EngineLogFacts Serves(DateTimeOffset now) =>
        this with { Stage = StartupStage.Serving, ProgressAt = now, Found = Phase == CausePhase.Serving ? Found : null };

    /// <summary>The engine completed work after that moment, so no earlier line was its end.</summary>
    public EngineLogFacts Worked(DateTimeOffset since) => this with
    {
        Found = Found?.At < since ? null : Found,
        DeathLine = DeathAt < since ? null : DeathLine,
        DeathAt = DeathAt < since ? null : DeathAt,
    };

    /// <summary>The lines that a serving engine writes all day are not searched for the lines of a start-up.</summary>
    private EngineLogFacts AfterServing(string line, DateTimeOffset now)
    {
        var facts = ProgressAt == now || LogSignatures.IsNoise(line) ? this : this with { ProgressAt = now };
        return Found is not null && EngineFigures.Read(line) is { } figures ? facts with { Found = Found.After(figures) } : facts;
    }

    private EngineLogFacts AfterStarting(string line, DateTimeOffset now)
    {
        var shown = ShardProgress.Read(line);
        var stage = StartupStages.Of(line) is { } found && found > Stage ? found : Stage;
        var bar = stage == Stage ? shown ?? Bar : shown;
        var moved = stage != Stage || (shown is null ? !LogSignatures.IsNoise(line) : (shown.Percent, shown.Done) != (Bar?.Percent, Bar?.Done));
        var facts = this with
        {
            Stage = stage,
            Bar = bar,
            ProgressAt = moved ? now : ProgressAt,
            FirstError = FirstError ?? (StartFingerprint.ErrorOf(line) is { } error ? Kept(error) : null),
            Search = Phase == CausePhase.Starting ? Search.AfterStarting(line) : Search,
            Found = stage != Stage && DeathLine is null && Found?.IsDisprovedBy(EngineLine.Of(line)) == true ? null : Found,
        };
        return facts.Phase != Phase && DeathLine is null ? facts with { Found = null } : facts;
    }

    private string Kept(string line) => Gate.Clean(line, TextGate.LineBound);

    private EngineLogFacts Told(EngineLine line, DateTimeOffset now) => line.Parts().Aggregate(this, (facts, part) => facts.ToldPart(part, now));

    private EngineLogFacts ToldPart(EngineLine line, DateTimeOffset now)
    {
        if (LogSignatures.IsNoBlock(line.Text))
            return Stage is StartupStage.Serving
                ? this with { NoBlockAt = [.. NoBlockAt.TakeLast(NoBlockKept - 1), now], NoBlockLine = Kept(line.Text) }
                : this;
        var (search, source, below, refused) = Search.After(line, Phase, Stage);
        var found = below is null ? Found : Found?.With(Kept(below));
        var isDeath = !line.IsWarning && LogSignatures.IsDeath(line.Text);
        if ((LogSignatures.Find(line.Text, Phase, source) ?? refused) is { } signature && (found is null || found.GivesWayTo(signature, now, DeathAt)))
        {
            found = new FoundCause(signature, Phase, Stage, line.Process, Kept(line.Text), now);
            search = search.Below(signature, line);
        }

        return this with
        {
            Found = found,
            Search = search,
            DeathLine = DeathLine ?? (isDeath ? Kept(line.Text) : null),
            DeathAt = DeathAt ?? (isDeath ? now : null),
            StopRequested = StopRequested || (DeathLine is null && LogSignatures.IsStopRequest(line.Text)),
        };
    }
}
