using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Reports;
using Agent.Reports.Health;

namespace Agent.Notifications;

/// <summary>Something to tell: facts alone. The text is made when it is sent, by each notifier in the language of its receiver.</summary>
/// <param name="Key">The same for every try, so that a receiver can drop repeats.</param>
/// <param name="At">When it came up, by the host's clock.</param>
internal abstract record Notice(string Key, DateTimeOffset At)
{
    /// <summary>A person has to know now: it is merged with nothing, and a place is kept free for it.</summary>
    public virtual bool IsUrgent => false;

    /// <summary>It is told while people sleep, too.</summary>
    public virtual bool IsToldAtNight => true;
}

/// <summary>Something happened to an incident.</summary>
internal sealed record IncidentNotice(string Key, DateTimeOffset At) : Notice(Key, At)
{
    /// <summary>One of <see cref="NoticeKind"/>.</summary>
    public required string Kind { get; init; }

    public required Incident Incident { get; init; }

    public required Fault Fault { get; init; }

    public required IReadOnlyList<IncidentEvent> Events { get; init; }

    /// <summary>The engines that it concerns, and whether each serves at the moment of sending.</summary>
    public IReadOnlyList<EngineServes> Engines { get; init; } = [];

    /// <summary>What engines and chips lost in it, as far as it is recorded; null: it is not known here, as in what people read.</summary>
    public IReadOnlyList<LostServiceDocument>? Lost { get; init; }

    /// <summary>Null: the fault does not come and go.</summary>
    public Flap? Flap { get; init; }

    /// <summary>Notices with the same thread belong together for a receiver: one mail thread, one page.</summary>
    public string Thread => Flap?.First ?? Incident.Id;

    /// <summary>A text of the catalogue with every value that is known here. A fault of a chip concerns the engine that sits on it.</summary>
    public LocalText Fill(LocalText text)
    {
        var filled = Incident.Fill(text);
        if (Engines is not [var one])
            return filled;
        Dictionary<string, string> known = new(StringComparer.Ordinal) { [Placeholders.Engine] = one.Engine };
        return new(Placeholders.Fill(filled.English, Incident.Subject, known), Placeholders.Fill(filled.Chinese, Incident.Subject, known));
    }

    public bool IsOver => Kind == NoticeKind.Resolved;

    // Whoever was woken by it hears also how it ended.
    public override bool IsToldAtNight => Fault.Severity == Severity.Critical;

    public override bool IsUrgent => Fault.Severity == Severity.Critical && Incident.IsOpen && !IsOver;
}

/// <summary>A fault that comes and goes.</summary>
/// <param name="First">The incident with which that was told.</param>
/// <param name="Times">How often it came so far.</param>
/// <param name="Since">When it came first.</param>
/// <param name="IsOver">It stayed away for long enough.</param>
internal sealed record Flap(string First, int Times, DateTimeOffset Since, bool IsOver);

/// <summary>An engine, and whether it serves. Null: nothing tells.</summary>
internal sealed record EngineServes(string Engine, bool? Serves);

/// <summary>Several notices that waited, told as one.</summary>
internal sealed record Digest(string Key, DateTimeOffset At, IReadOnlyList<IncidentNotice> Notices) : Notice(Key, At);

/// <summary>The agent still watches. A receiver that expects it notices when it does not come.</summary>
/// <param name="Open">Incidents that were confirmed and are not over.</param>
/// <param name="Engines">All engines, and whether each serves.</param>
internal sealed record HeartbeatNotice(string Key, DateTimeOffset At, int Open, IReadOnlyList<EngineServes> Engines) : Notice(Key, At);

/// <summary>A health report was made.</summary>
/// <param name="Document">The whole of it.</param>
/// <param name="Page">The file on the host, as people open it.</param>
internal sealed record ReportNotice(string Key, DateTimeOffset At, HealthDocument Document, string Page) : Notice(Key, At)
{
    public override bool IsToldAtNight => false;

    /// <summary>The report as one file without outside resources, for receivers that can carry it.</summary>
    public string Html(Language language) => HealthReport.Write(Document, ReportFormat.Html, language);
}

/// <summary>An operator wants to see whether messages arrive.</summary>
internal sealed record TestNotice(string Key, DateTimeOffset At) : Notice(Key, At);
