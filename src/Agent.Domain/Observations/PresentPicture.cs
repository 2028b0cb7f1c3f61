namespace Agent.Domain.Observations;

/// <summary>What of a picture holds now: a value that is not seen any more is no value.</summary>
public static class PresentPicture
{
    /// <summary>
    /// Fresh observations without those that a later look of their probe left out. A probe of the host or the driver looks at all of its
    /// subjects at once, so a chip that it names no more is gone, and a look that got no answer says nothing of any of them.
    /// </summary>
    public static IEnumerable<Observation> Present(this HostPicture picture, DateTimeOffset now)
    {
        var looks = picture.All.GroupBy(o => o.Probe, StringComparer.Ordinal)
            .Where(g => g.Any(o => o.Subject.Kind is SubjectKind.Host or SubjectKind.Driver))
            .ToDictionary(g => g.Key, g => g.Max(BeganAt), StringComparer.Ordinal);
        return picture.Fresh(now).Where(o => !looks.TryGetValue(o.Probe, out var newest) || BeganAt(o) >= newest);
    }

    public static DateTimeOffset BeganAt(Observation seen) => seen.Began ?? seen.At;
}
