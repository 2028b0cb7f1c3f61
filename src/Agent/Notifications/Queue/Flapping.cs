using Agent.Domain.Incidents;
using Agent.Storage;

namespace Agent.Notifications.Queue;

/// <summary>
/// A fault that comes and goes is told once when that is plain, and once with its count when it stays away. In between a person
/// hears only of what he has to do. It is a pure function of the incidents, so a restart of the agent changes nothing.
/// </summary>
internal static class Flapping
{
    public const int Times = 3;

    public static readonly TimeSpan Within = TimeSpan.FromHours(1);

    /// <returns>Tell it now, with what is known of its comings; or not now and when to ask again; or never.</returns>
    public static (bool Tell, Flap? Flap, DateTimeOffset? AskAgain) Judge(Incident incident, string kind,
        IReadOnlyList<IncidentHistory> known, DateTimeOffset now)
    {
        var chain = Chain(incident, known);
        var place = chain.FindIndex(i => i.Id == incident.Id);
        if (place + 1 < Times)
            return (true, null, null);
        Flap Told(bool over) => new(chain[Times - 1].Id, chain.Count, chain[0].ConfirmedAt!.Value, over);
        if (kind == NoticeKind.HandedOver)
            return (true, Told(false), null);
        if (kind == NoticeKind.Confirmed)
            return (place + 1 == Times, Told(false), null);
        if (place + 1 < chain.Count)
            return (false, null, null);
        var over = (incident.EndedAt ?? now) + Within;
        return over <= now ? (true, Told(true), null) : (false, null, over);
    }

    /// <summary>The incidents with this fault on this subject, each of which came soon after the one before had ended. The oldest comes first.</summary>
    private static List<Incident> Chain(Incident incident, IReadOnlyList<IncidentHistory> known)
    {
        List<Incident> same =
        [
            .. known.Select(k => k.Incident).Append(incident).DistinctBy(i => i.Id)
                .Where(i => i.ConfirmedAt is not null && i.Fault == incident.Fault && i.Subject == incident.Subject).OrderBy(i => i.ConfirmedAt),
        ];
        var at = same.FindIndex(i => i.Id == incident.Id);
        if (at < 0)
            return [incident];
        var (first, last) = (at, at);
        while (first > 0 && Follows(same[first - 1], same[first]))
            first--;
        while (last + 1 < same.Count && Follows(same[last], same[last + 1]))
            last++;
        return same[first..(last + 1)];
    }

    private static bool Follows(Incident before, Incident after) => before.EndedAt is { } ended && after.ConfirmedAt - ended < Within;
}
