namespace Agent.Domain.Availability;

/// <summary>Where the ledger of one subject stands.</summary>
/// <param name="Open">The span that goes on.</param>
public sealed record ServiceTrack(ServiceSpan Open)
{
    /// <summary>While nothing is known: the span before. It goes on if a later look proves that nothing changed.</summary>
    public ServiceSpan? Before { get; init; }

    /// <summary>While nothing is known: the first look that saw the run of <see cref="Before"/> up, and did not prove that it works.</summary>
    public DateTimeOffset? UpSince { get; init; }

    /// <summary>The load when it was last seen up.</summary>
    public RequestLoad? Load { get; init; }

    /// <summary>Requests that a step of the agent ended while the engine was up: they belong to the outage that follows.</summary>
    public double AbortedByAgent { get; init; }

    /// <summary>A step of the agent ended the run with so many requests in it.</summary>
    public ServiceTrack Aborted(double requests) => Open.State == ServiceState.Down
        ? this with { Open = Open with { Lost = (Open.Lost ?? new LostWork(null)) with { AbortedByAgent = (Open.Lost?.AbortedByAgent ?? 0) + requests } } }
        : this with { AbortedByAgent = AbortedByAgent + requests };
}

/// <summary>The ledger of a subject after a look.</summary>
/// <param name="Closed">Spans that ended with it.</param>
public sealed record ServiceChange(ServiceTrack Track, IReadOnlyList<ServiceSpan> Closed);
