using Agent.Domain;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Reports;

/// <summary>The present state as scripts and the status command read it.</summary>
internal sealed record StatusDocument
{
    public int SchemaVersion { get; init; }

    public DateTimeOffset At { get; init; }

    public string Mode { get; init; } = "";

    public string Profile { get; init; } = "";

    public IReadOnlyList<EngineStatus> Engines { get; init; } = [];

    public IReadOnlyList<ObservationDocument> Observations { get; init; } = [];

    public IReadOnlyList<OpenIncident> Incidents { get; init; } = [];

    public IReadOnlyList<MaintenanceDocument> Maintenances { get; init; } = [];

    public IReadOnlyList<BudgetDocument> Budgets { get; init; } = [];

    public IReadOnlyList<OverdueDocument> Overdue { get; init; } = [];

    public IReadOnlyList<ChannelDocument> Channels { get; init; } = [];

    public string? JournalProblem { get; init; }

    /// <summary>What the agent keeps on disk.</summary>
    public KeptDocument? Kept { get; init; }

    /// <summary>The status with all times moved by this amount. People go by the host's clock, which was set since the agent started.</summary>
    public StatusDocument Moved(TimeSpan by) => by == TimeSpan.Zero ? this : this with
    {
        At = At + by,
        Engines = [.. Engines.Select(e => e with { StartedAt = e.StartedAt + by, Verdict = e.Verdict?.Moved(by) })],
        Observations = [.. Observations.Select(o => o with { At = o.At + by })],
        Incidents = [.. Incidents.Select(i => i with { SuspectedAt = i.SuspectedAt + by })],
        Maintenances = [.. Maintenances.Select(m => m with { Since = m.Since + by, Until = m.Until + by })],
        Overdue = [.. Overdue.Select(o => o with { Since = o.Since + by })],
        Channels = [.. Channels.Select(c => c.Moved(by))],
    };

    public static StatusDocument Of(
        SupervisionStatus status,
        string profile,
        IReadOnlyList<EngineStatus> engines,
        IReadOnlyList<OverdueDocument> overdue,
        string? journalProblem) => new()
        {
            SchemaVersion = 1,
            At = status.At,
            Mode = Words.Of(status.Settings.Mode),
            Profile = profile,
            Engines = engines,
            Observations = [.. status.Picture.All.Select(o => ObservationDocument.Of(o, status.At))],
            Incidents = [.. status.Incidents.Where(i => i.IsOpen).Select(i => new OpenIncident(
            i.Id, i.Fault, i.Subject.ToString(), Words.Of(i.State), i.Summary, i.HeldBackReason, i.SuspectedAt))],
            Maintenances = [.. status.Settings.Maintenances.Select(m => new MaintenanceDocument(m.Subject.ToString(), m.Since, m.Until, m.By, m.Reason))],
            Budgets = [.. status.Budgets.Limits.Select(l => new BudgetDocument(
            Step.NameOf(l.Key),
            l.Value.Attempts,
            l.Value.Window.TotalSeconds,
            [.. status.Budgets.Uses.Where(u => u.Kind == l.Key && status.At - u.At < l.Value.Window).Select(u => $"{u.Subject} {u.At:u}")]))],
            Overdue = overdue,
            JournalProblem = journalProblem,
        };
}

/// <summary>What the agent keeps on disk, in bytes.</summary>
internal sealed record KeptDocument(long DatabaseBytes, long BundleBytes, int Bundles);

/// <summary>How a receiver of messages is doing.</summary>
internal sealed record ChannelDocument
{
    public required string Name { get; init; }

    /// <summary>Null: the last message passed, or none was sent yet.</summary>
    public required DateTimeOffset? FailingSince { get; init; }

    public required string Problem { get; init; }

    public required int Waiting { get; init; }

    public required DateTimeOffset? OldestAt { get; init; }

    /// <summary>Notices that were given up.</summary>
    public required int Dead { get; init; }

    public required DateTimeOffset? LastSentAt { get; init; }

    public ChannelDocument Moved(TimeSpan by) => this with { FailingSince = FailingSince + by, OldestAt = OldestAt + by, LastSentAt = LastSentAt + by };
}

/// <summary>A probe that has not looked for too long.</summary>
internal sealed record OverdueDocument(string Probe, string Subject, DateTimeOffset Since, double ForSeconds, double AllowedSeconds);

internal sealed record EngineStatus(string Name, string Life, string Stage, bool Wanted, int? ProcessId, DateTimeOffset? StartedAt, string Model,
    string Address, IReadOnlyList<string> Chips, string? Log, EngineVerdictDocument? Verdict);

internal sealed record OpenIncident(string Id, string Fault, string Subject, string State, string Summary, string? HeldBack, DateTimeOffset SuspectedAt);

internal sealed record MaintenanceDocument(string Subject, DateTimeOffset Since, DateTimeOffset Until, string By, string Reason);

internal sealed record BudgetDocument(string Step, int Attempts, double WindowSeconds, IReadOnlyList<string> Used);

/// <summary>An observation as JSON.</summary>
internal sealed record ObservationDocument(
    string Probe,
    string Subject,
    string Verdict,
    string? Fault,
    string Summary,
    string? NextStep,
    DateTimeOffset At,
    bool Stale,
    double AgeSeconds,
    bool? Serving,
    IReadOnlyList<string> Evidence,
    IReadOnlyDictionary<string, double> Measures)
{
    public const string StaleWord = "stale";

    public static ObservationDocument Of(Observation seen, DateTimeOffset now) => new(
        seen.Probe,
        seen.Subject.ToString(),
        Words.Of(seen.Verdict),
        seen.Fault,
        seen.Summary,
        seen.NextStep,
        seen.At,
        !HostPicture.IsFresh(seen, now),
        Math.Round(Math.Max(0, (now - seen.At).TotalSeconds), 1),
        seen.Serving,
        [.. seen.Evidence.Take(5)],
        seen.Measures);
}
