using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Storage;

namespace Agent.Supervision;

/// <summary>
/// Looks at the agent's own database: whether the journal is written, and whether the file is whole. What it finds goes the way of
/// every look, so that a full disk is an incident like any other, told from memory.
/// </summary>
internal sealed class DatabaseWatch(Database database, Journal journal, TimeProvider clock)
{
    public const string JournalProbe = "agent-journal";
    public const string DatabaseProbe = "agent-database";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReplacedToldFor = TimeSpan.FromDays(1);

    private (string? Fault, DateTimeOffset At) _journalTold;
    private (string? Fault, DateTimeOffset At) _databaseTold;

    /// <summary>What is new, or was told a while ago. By the loop, which owns the journal.</summary>
    public IEnumerable<Observation> Look(DateTimeOffset now)
    {
        if (journal.Trouble is not { Kind: DatabaseTrouble.Busy } && IsNew(ref _journalTold, JournalFault(), now))
            yield return JournalState(now);
        if (IsNew(ref _databaseTold, ReplacedLately(now) is null ? null : FaultCodes.DatabaseReplaced, now))
            yield return FileState(now);
    }

    /// <summary>Reads the file from time to time, and makes the ballast again when there is room.</summary>
    public async Task RunAsync(Func<Message, ValueTask> post, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        do
        {
            var generation = database.Generation;
            var damage = await Task.Run(database.Damage, cancellation);
            if (journal.Trouble is null)
                database.Ballast.Make();
            await post(new DatabaseLooked(generation, damage));
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    /// <summary>Takes up what <see cref="RunAsync"/> found.</summary>
    public void Take(DatabaseLooked look)
    {
        if (look.Damage is { } damage && look.Generation == database.Generation)
            journal.Replace(damage);
        journal.WriteWaiting();
    }

    private string? JournalFault() => journal.Trouble switch
    {
        { Kind: DatabaseTrouble.Full } => FaultCodes.HostDiskFull,
        { } => FaultCodes.HostDiskFailing,
        null => database.Ballast.IsSpent ? FaultCodes.HostDiskFull : null,
    };

    private Observation JournalState(DateTimeOffset now) => JournalFault() is { } fault
        ? Seen(JournalProbe, now) with
        {
            Verdict = Verdict.Faulty,
            Fault = fault,
            Known = new Dictionary<string, string>(StringComparer.Ordinal) { [Placeholders.Folder] = database.Folder },
            Summary = journal.Problem is { } problem
                ? $"the journal in {database.Folder} cannot be written: {problem}"
                : $"{database.Folder} has no room; the agent writes with what it kept back, {Sizes.Text(database.Ballast.LeftBytes)} of it are left",
        }
        : Seen(JournalProbe, now) with { Summary = "the journal is written" };

    private Observation FileState(DateTimeOffset now) => ReplacedLately(now) is { } aside
        ? Seen(DatabaseProbe, now) with
        {
            Verdict = Verdict.Faulty,
            Fault = FaultCodes.DatabaseReplaced,
            Summary = $"the database was damaged{(aside.Reason.Length > 0 ? $" ({aside.Reason})" : "")} and lies at {aside.Path} since {aside.At:u}",
            Known = new Dictionary<string, string>(StringComparer.Ordinal) { [Placeholders.File] = aside.Path },
        }
        : Seen(DatabaseProbe, now) with { Summary = "the database is whole" };

    /// <summary>Told until a person took the file away, at most for a day.</summary>
    private SetAsideFile? ReplacedLately(DateTimeOffset now) =>
        database.SetAside is { } aside && now - aside.At < ReplacedToldFor && aside.IsThere ? aside : null;

    private static bool IsNew(ref (string? Fault, DateTimeOffset At) told, string? fault, DateTimeOffset now)
    {
        if (told.At != default && told.Fault == fault && now - told.At < LookEvery && now >= told.At)
            return false;
        told = (fault, now);
        return true;
    }

    private static Observation Seen(string probe, DateTimeOffset now) =>
        new() { Probe = probe, Subject = Subject.Host, Verdict = Verdict.Healthy, Summary = "", At = now };
}
