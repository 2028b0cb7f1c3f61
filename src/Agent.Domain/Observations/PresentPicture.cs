namespace Agent.Domain.Observations;

/// <summary>What of a picture holds now: a value that is not seen any more is no value.</summary>
public static class PresentPicture
{
    /// <summary>
    /// Fresh observations without those that a later look of their probe left out: a probe of the host or the driver looks at all of its
    /// subjects at once, and a look that got no answer says nothing of any of them. A chip that is left out where others are named is gone,
    /// and so is all that was seen of it before, by whatever probe.
    /// </summary>
    public static IEnumerable<Observation> Present(this HostPicture picture, DateTimeOffset now)
    {
        var looks = picture.All.GroupBy(o => o.Probe, StringComparer.Ordinal)
            .Where(g => g.Any(o => o.Subject.Kind is SubjectKind.Host or SubjectKind.Driver))
            .ToDictionary(g => g.Key, g => g.Max(BeganAt), StringComparer.Ordinal);
        // A look that broke off names some chips, and says nothing of the others.
        var broken = picture.All.Where(o => o is { Subject.Kind: SubjectKind.Host or SubjectKind.Driver, Verdict: Verdict.CouldNotLook } && IsOfNewestLook(o))
            .Select(o => o.Probe).ToHashSet(StringComparer.Ordinal);
        var tables = picture.All.Where(o => o.Subject.Kind == SubjectKind.Chip && IsOfNewestLook(o) && !broken.Contains(o.Probe))
            .Select(o => o.Probe).ToHashSet(StringComparer.Ordinal);
        var gone = picture.All.Where(o => o.Subject.Kind == SubjectKind.Chip && tables.Contains(o.Probe) && !IsOfNewestLook(o))
            .GroupBy(o => o.Subject)
            .ToDictionary(g => g.Key, g => g.Max(o => looks[o.Probe]));
        return picture.Fresh(now).Where(o => IsOfNewestLook(o) && !(gone.TryGetValue(o.Subject, out var since) && BeganAt(o) < since));

        bool IsOfNewestLook(Observation seen) => !looks.TryGetValue(seen.Probe, out var newest) || BeganAt(seen) >= newest;
    }

    public static DateTimeOffset BeganAt(Observation seen) => seen.Began ?? seen.At;
}
