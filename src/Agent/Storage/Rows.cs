namespace Agent.Storage;

// The shapes that SQLite returns (integers are long), for Dapper.

internal sealed class JournalRow
{
    public long Seq { get; set; }

    public long At { get; set; }

    public string Kind { get; set; } = "";

    public string? Incident { get; set; }

    public string Body { get; set; } = "";
}

internal sealed class IncidentRow
{
    public string Id { get; set; } = "";

    public string Fault { get; set; } = "";

    public string Subject { get; set; } = "";

    public string State { get; set; } = "";

    public long IsOpen { get; set; }

    public long SuspectedAt { get; set; }

    public long? EndedAt { get; set; }

    public string Summary { get; set; } = "";
}

/// <summary>What became of a notice, as the outbox spells it.</summary>
internal static class OutboxState
{
    public const string Sent = "sent";

    /// <summary>The receiver will never take it.</summary>
    public const string Rejected = "rejected";

    /// <summary>The receiver was away for too long.</summary>
    public const string Expired = "expired";

    /// <summary>The receiver is not told of it.</summary>
    public const string Skipped = "skipped";
}

internal sealed class DeadRow
{
    public string Notifier { get; set; } = "";

    public long Count { get; set; }
}

internal sealed class OutboxRow
{
    public long Id { get; set; }

    public string Notifier { get; set; } = "";

    public string Notice { get; set; } = "";

    public string Incident { get; set; } = "";

    public string Kind { get; set; } = "";

    public long CreatedAt { get; set; }

    public long DueAt { get; set; }

    public long Attempts { get; set; }

    public string State { get; set; } = "";

    public string Problem { get; set; } = "";

    /// <summary>The result of the last try is only in memory. This is no column.</summary>
    public bool IsUnrecorded { get; set; }

    public bool IsSameAs(OutboxRow other) => Notifier == other.Notifier && Notice == other.Notice;
}
