using System.Collections.Immutable;
using Agent.Domain.Engines;

namespace Agent.Domain.Observations;

/// <summary>
/// The newest observation of every (probe, subject), how stale each is, and of every engine the signs that observations brought.
/// Immutable: the same observations in the same order give the same picture.
/// </summary>
public sealed class HostPicture
{
    public static readonly HostPicture Empty = new(ImmutableSortedDictionary.Create<(string Probe, string Subject), Seen>(),
        ImmutableDictionary<Subject, EngineInView>.Empty);

    private readonly ImmutableSortedDictionary<(string Probe, string Subject), Seen> _newest;
    private readonly ImmutableDictionary<Subject, EngineInView> _engines;

    private HostPicture(ImmutableSortedDictionary<(string Probe, string Subject), Seen> newest, ImmutableDictionary<Subject, EngineInView> engines) =>
        (_newest, _engines) = (newest, engines);

    /// <summary>Every newest observation, stale ones included, in a stable order.</summary>
    public IEnumerable<Observation> All => _newest.Values.Select(s => s.Newest);

    /// <summary>Two looks may report in the wrong order by this much; more means that the clock was set back.</summary>
    private static readonly TimeSpan OutOfOrder = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Takes an observation in, and the sign that it carries. One that is a little older than what is known is ignored: it came late.
    /// One that is much older is the present by a clock that was set back, and ignoring it would blind the agent until the clock has
    /// caught up.
    /// </summary>
    public HostPicture With(Observation observation)
    {
        if (observation.Sign is not { } sign)
            return new HostPicture(Newest(_newest, observation), _engines);
        var engines = Folded(observation.Subject, sign, observation);
        var isOfRunBefore = !Engine(observation.Subject).Takes(sign);
        return new HostPicture(Newest(Proofs(observation.Subject, engines), isOfRunBefore ? observation with { Serving = null } : observation), engines);
    }

    /// <summary>Takes in what a look saw before it was over.</summary>
    public HostPicture With(Subject engine, EngineSign sign)
    {
        var engines = Folded(engine, sign, null);
        return new HostPicture(Proofs(engine, engines), engines);
    }

    /// <summary>Judges an engine by its signs. The verdict is in <see cref="Engine"/>.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="wanted">False while an operator wants it stopped.</param>
    /// <param name="limits">How long each sign may last before it counts.</param>
    /// <param name="now">The present time.</param>
    public HostPicture Judged(Subject engine, bool wanted, EngineLimits limits, DateTimeOffset now) =>
        new(_newest, _engines.SetItem(engine, Engine(engine).Judged(wanted, limits, now)));

    /// <summary>What is known of an engine.</summary>
    public EngineInView Engine(Subject engine) => _engines.GetValueOrDefault(engine, EngineInView.Nothing);

    /// <summary>Drops what was seen of the subjects before a time: a recovery changed them, so it describes the past.</summary>
    public HostPicture Without(Func<Subject, bool> subjects, DateTimeOffset before) => new(
        _newest.RemoveRange(_newest.Where(o => o.Value.Newest.At < before && subjects(o.Value.Newest.Subject)).Select(o => o.Key)),
        _engines.SetItems(_engines.Where(e => subjects(e.Key)).Select(e => KeyValuePair.Create(e.Key, e.Value.WithoutRun(before)))));

    public Observation? Find(string probe, Subject subject) => _newest.GetValueOrDefault((probe, subject.ToString()))?.Newest;

    /// <summary>Since when the probe says the same (verdict and fault) of the subject.</summary>
    public DateTimeOffset? Since(string probe, Subject subject) => _newest.GetValueOrDefault((probe, subject.ToString()))?.Since;

    /// <summary>How many looks in a row the probe says the same (verdict and fault) of the subject.</summary>
    public int Looks(string probe, Subject subject) => _newest.GetValueOrDefault((probe, subject.ToString()))?.Looks ?? 0;

    /// <summary>
    /// What may be taken for the present state. An observation from the future (the clock was set back) is not stale: it is
    /// replaced by the next look.
    /// </summary>
    public IEnumerable<Observation> Fresh(DateTimeOffset now) => All.Where(o => IsFresh(o, now));

    public static bool IsFresh(Observation observation, DateTimeOffset now) => now - observation.At <= observation.ValidFor;

    private ImmutableDictionary<Subject, EngineInView> Folded(Subject engine, EngineSign sign, Observation? whole) =>
        _engines.SetItem(engine, Engine(engine).With(sign, whole?.Began, whole?.ValidFor));

    /// <summary>
    /// Whether an engine serves was seen of one run. Once another is there, it says nothing of the present: an engine that loads would else be
    /// taken for proven by the answers of the run before.
    /// </summary>
    private ImmutableSortedDictionary<(string Probe, string Subject), Seen> Proofs(Subject engine, ImmutableDictionary<Subject, EngineInView> engines) =>
        Engine(engine).Run is not { } before || engines[engine].Run == before ? _newest
            : _newest.SetItems(_newest.Where(o => o.Value.Newest is { Serving: not null } seen && seen.Subject == engine)
                .Select(o => KeyValuePair.Create(o.Key, o.Value with { Newest = o.Value.Newest with { Serving = null } })));

    private static ImmutableSortedDictionary<(string Probe, string Subject), Seen> Newest(
        ImmutableSortedDictionary<(string Probe, string Subject), Seen> newest, Observation observation)
    {
        var key = (observation.Probe, observation.Subject.ToString());
        if (!newest.TryGetValue(key, out var known))
            return newest.SetItem(key, new Seen(observation, observation.At, Looks: 1));
        if (observation.At < known.Newest.At && known.Newest.At - observation.At < OutOfOrder)
            return newest;

        var same = known.Newest.Verdict == observation.Verdict && known.Newest.Fault == observation.Fault;
        return newest.SetItem(key, same ? known with { Newest = observation, Looks = known.Looks + 1 } : new Seen(observation, observation.At, Looks: 1));
    }

    private sealed record Seen(Observation Newest, DateTimeOffset Since, int Looks);
}
