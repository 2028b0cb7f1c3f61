using System.Collections.Immutable;

namespace Agent.Domain.Observations;

/// <summary>The newest observation of every (probe, subject), and how stale each is. Immutable.</summary>
public sealed class HostPicture
{
    public static readonly HostPicture Empty = new(ImmutableSortedDictionary.Create<(string Probe, string Subject), Seen>());

    private readonly ImmutableSortedDictionary<(string Probe, string Subject), Seen> _newest;

    private HostPicture(ImmutableSortedDictionary<(string Probe, string Subject), Seen> newest) => _newest = newest;

    /// <summary>Every newest observation, stale ones included, in a stable order.</summary>
    public IEnumerable<Observation> All => _newest.Values.Select(s => s.Newest);

    /// <summary>Two looks may report in the wrong order by this much; more means that the clock was set back.</summary>
    private static readonly TimeSpan OutOfOrder = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Takes an observation in. One that is a little older than what is known is ignored: it came late. One that is much
    /// older is the present by a clock that was set back, and ignoring it would blind the agent until the clock has caught up.
    /// </summary>
    public HostPicture With(Observation observation)
    {
        var key = (observation.Probe, observation.Subject.ToString());
        if (!_newest.TryGetValue(key, out var known))
            return new HostPicture(_newest.SetItem(key, new Seen(observation, observation.At, Looks: 1)));
        if (observation.At < known.Newest.At && known.Newest.At - observation.At < OutOfOrder)
            return this;

        var same = known.Newest.Verdict == observation.Verdict && known.Newest.Fault == observation.Fault;
        return new HostPicture(_newest.SetItem(key, same ? known with { Newest = observation, Looks = known.Looks + 1 } : new Seen(observation, observation.At, Looks: 1)));
    }

    /// <summary>Drops what was seen of the subjects before a time: a recovery changed them, so it describes the past.</summary>
    public HostPicture Without(Func<Subject, bool> subjects, DateTimeOffset before) =>
        new(_newest.RemoveRange(_newest.Where(o => o.Value.Newest.At < before && subjects(o.Value.Newest.Subject)).Select(o => o.Key)));

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

    private sealed record Seen(Observation Newest, DateTimeOffset Since, int Looks);
}
