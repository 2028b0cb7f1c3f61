using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>An operator works on a subject. The agent looks and records, and touches nothing of the subject.</summary>
/// <param name="Subject">The host, or one engine.</param>
/// <param name="Until">It ends by itself, so that a forgotten window does not switch the agent off for ever.</param>
public sealed record Maintenance(Subject Subject, DateTimeOffset Since, DateTimeOffset Until, string By, string Reason)
{
    /// <summary>The window with the same length and another begin.</summary>
    public Maintenance From(DateTimeOffset since) => this with { Since = since, Until = Until + (since - Since) };

    /// <summary>A window that began in the future, by a clock that was ahead, begins now and lasts as long.</summary>
    public Maintenance NotAfter(DateTimeOffset now) => Since > now ? From(now) : this;

    public bool IsActive(DateTimeOffset now) => now < Until;

    public bool Covers(Subject subject, DateTimeOffset now) => IsActive(now) && (Subject == Subject.Host || Subject == subject);
}
