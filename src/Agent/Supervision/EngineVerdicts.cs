using Agent.Configuration;
using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Signs;
using Agent.ForeignText;
using Agent.Probes;

namespace Agent.Supervision;

/// <summary>
/// Judges engines by the picture and tells what comes of it as an observation. Called by whoever owns the picture: the loop, or a
/// command that looks once.
/// </summary>
internal sealed class EngineVerdicts
{
    private readonly Dictionary<Subject, Judged> _engines;
    private readonly bool _judges;
    private readonly TimeSpan _validFor;
    private readonly TextGate _gate;

    public EngineVerdicts(AgentSettings settings, IReadOnlyList<SupervisedEngine> engines, TextGate gate)
    {
        _judges = settings.Probes[EngineJudgement.Name].Enabled;
        _engines = engines.ToDictionary(e => e.Settings.Subject, e => new Judged(e, JudgeLimits.Of(e.Settings, settings.Probes)));
        _validFor = JudgeLimits.Lasts(JudgeLimits.RunLook(settings.Probes));
        _gate = gate;
    }

    /// <summary>Engines that are judged.</summary>
    public IEnumerable<Subject> Subjects => _judges ? _engines.Keys : [];

    /// <param name="picture">The picture that holds the engine's signs.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="isLook">
    /// The run itself was looked at. A verdict that other signs only repeat is no further sighting: a fault is believed when it was seen
    /// as often as its row asks for, and several probes look in one moment.
    /// </param>
    /// <param name="now">The present time.</param>
    /// <returns>The picture with the verdict, and the verdict where it is news.</returns>
    public (HostPicture Picture, Observation? News) Judge(HostPicture picture, Subject engine, bool isLook, DateTimeOffset now)
    {
        if (!_engines.TryGetValue(engine, out var judged))
            return (picture, null);
        var before = picture.Engine(engine).Newest;
        if (_judges)
            picture = picture.Judged(engine, judged.Engine.Handle.Wanted, judged.Limits, now);
        // Probes that need another's sign read it, judged or not.
        judged.Engine.Signs.Publish(picture.Engine(engine));
        if (picture.Engine(engine).Newest is not { } newest || ReferenceEquals(newest, before))
            return (picture, null);
        var news = newest.Seen(engine, newest.Verdict.Fault is null ? null : EnginePlaceholders.Of(judged.Engine), _validFor);
        if (!isLook && picture.Find(EngineJudgement.Name, engine) is { } told
            && (told.Verdict, told.Fault, told.Serving) == (news.Verdict, news.Fault, news.Serving))
            return (picture, null);
        news = news.Cleaned(_gate);
        return (picture.With(news), news);
    }

    /// <summary>
    /// The verdicts on looks that were made once, side by side. Each engine is judged as of the look at its run: the slowest of the looks may
    /// end long after it, and no other look at the run follows.
    /// </summary>
    public IReadOnlyList<Observation> Once(IEnumerable<Observation> seen)
    {
        var picture = seen.Aggregate(HostPicture.Empty, (known, look) => known.With(look));
        return
        [
            .. from engine in Subjects
               let run = picture.Engine(engine).Signs.Process
               where run is not null
               let verdict = Judge(picture, engine, isLook: true, run.At).News
               where verdict is not null
               select verdict,
        ];
    }

    private sealed record Judged(SupervisedEngine Engine, EngineLimits Limits);
}
