using System.Collections.Immutable;

namespace Agent.Domain.Observations;

/// <summary>The newest observation of every (probe, subject), and how stale each is. Immutable.</summary>
public sealed class HostPicture
{
    public static readonly HostPicture Empty = new(ImmutableSortedDictionary.Create<(string Probe, string Subject), Observation>());

    private readonly ImmutableSortedDictionary<(string Probe, string Subject), Observation> _newest;

    private HostPicture(ImmutableSortedDictionary<(string Probe, string Subject), Observation> newest) => _newest = newest;

    /// <summary>Every newest observation, stale ones included, in a stable order.</summary>
    public IEnumerable<Observation> All => _newest.Values;

    /// <summary>
    /// Takes an observation in. One that is older than what is known is ignored: probes run side by side and a slow one may
    /// report late.
    /// </summary>
    public HostPicture With(Observation observation)
    {
        var key = (observation.Probe, observation.Subject.ToString());
        return _newest.TryGetValue(key, out var known) && known.At > observation.At
            ? this
            : new HostPicture(_newest.SetItem(key, observation));
    }

    /// <summary>Drops what was seen of the subjects before a time: a recovery changed them, so it describes the past.</summary>
    public HostPicture Without(Func<Subject, bool> subjects, DateTimeOffset before) =>
        new(_newest.RemoveRange(_newest.Where(o => o.Value.At < before && subjects(o.Value.Subject)).Select(o => o.Key)));

    public Observation? Find(string probe, Subject subject) => _newest.GetValueOrDefault((probe, subject.ToString()));

    /// <summary>
    /// What may be taken for the present state. An observation from the future (the clock was set back) is not stale: it is
    /// replaced by the next look.
    /// </summary>
    public IEnumerable<Observation> Fresh(DateTimeOffset now) => _newest.Values.Where(o => IsFresh(o, now));

    public static bool IsFresh(Observation observation, DateTimeOffset now) => now - observation.At <= observation.ValidFor;
}
