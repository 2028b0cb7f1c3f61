using Agent.Domain;
using Agent.Domain.Availability;

namespace Agent.Storage;

/// <summary>A span in the form of the database.</summary>
internal sealed class ServiceRow
{
    public string Subject { get; set; } = "";

    public long Number { get; set; }

    public string State { get; set; } = "";

    public long Began { get; set; }

    public long Ended { get; set; }

    public long IsOpen { get; set; }

    public string Why { get; set; } = "";

    public string Boot { get; set; } = "";

    public string? Run { get; set; }

    public string? Incident { get; set; }

    public string? Fault { get; set; }

    public long? DetectedAt { get; set; }

    public double? Running { get; set; }

    public double? Waiting { get; set; }

    public double Aborted { get; set; }

    public double? Speed { get; set; }

    public static ServiceRow Of(ServiceSpan span, bool isOpen) => new()
    {
        Subject = span.Subject.ToString(),
        Number = span.Number,
        State = Words.Of(span.State),
        Began = Micros.Of(span.From),
        Ended = Micros.Of(span.To),
        IsOpen = isOpen ? 1 : 0,
        Why = Words.Of(span.Why),
        Boot = span.Boot,
        Run = span.Run,
        Incident = span.Incident,
        Fault = span.Fault,
        DetectedAt = span.DetectedAt is { } at ? Micros.Of(at) : null,
        Running = span.Lost?.AtBegin?.Running,
        Waiting = span.Lost?.AtBegin?.Waiting,
        Aborted = span.Lost?.AbortedByAgent ?? 0,
        Speed = span.Lost?.TokensPerSecond,
    };

    /// <returns>Null for words of a newer agent.</returns>
    public ServiceSpan? Span()
    {
        if (!Domain.Observations.Subject.TryParse(Subject, out var subject) || Words.Parse<ServiceState>(State) is not { } state
            || Words.Parse<ServiceReason>(Why) is not { } why)
            return null;
        return new ServiceSpan(subject, state, Micros.Time(Began), Micros.Time(Ended), why)
        {
            Number = (int)Number,
            Boot = Boot,
            Run = Run,
            Incident = Incident,
            Fault = Fault,
            DetectedAt = DetectedAt is { } at ? Micros.Time(at) : null,
            Lost = state == ServiceState.Down
                ? new LostWork(Running is { } running ? new RequestLoad(running, Waiting ?? 0) : null, Aborted, Speed) : null,
        };
    }
}
