using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Agent.Adapters;
using Agent.Configuration.Host;
using Agent.Domain;
using Agent.Reports.Health;
using Agent.Storage;
using Microsoft.Data.Sqlite;

namespace Agent.Supervision.Reporting;

/// <summary>A report that is to be told.</summary>
/// <param name="Name">Under which it is kept.</param>
/// <param name="Receivers">Names of those that want it.</param>
internal sealed record ReportMade(string Name, IReadOnlyList<string> Receivers) : Message;

/// <summary>
/// Makes the health reports that are due, each once: a kept file says that it was made, and a row of the outbox that it was told. One that was due while
/// no agent ran is made by the next agent; of several, only the last.
/// </summary>
internal sealed class ReportWatch(ReportWatchParts parts, TimeProvider clock, ILogger<ReportWatch> log)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ToldFor = TimeSpan.FromDays(1);

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private string _problem = "";

    public async Task RunAsync(Func<Message, ValueTask> post, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        do
        {
            foreach (var made in await Task.Run(Turn, cancellation))
                await post(made);
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    /// <returns>Reports that are to be told.</returns>
    internal IReadOnlyList<ReportMade> Turn()
    {
        List<ReportMade> made = [];
        var now = clock.HostNow();
        foreach (var (kind, time) in parts.Settings.Times())
        {
            if (ReportTimes.Last(time, now, clock.LocalTimeZone) is { } due && now >= due + ReportTimes.WaitOf(parts.Host, time.At)
                && NameOf(kind, due, clock.LocalTimeZone) is var name && !_told.Contains(name))
                Make(kind, time, due, name, made);
        }

        return made;
    }

    [SuppressMessage("Design", "CA1031", Justification = "A record that cannot be read costs a report, and not the agent that supervises engines.")]
    private void Make(ReportKind kind, ReportTime time, DateTimeOffset due, string name, List<ReportMade> made)
    {
        try
        {
            using var records = parts.Open();
            var now = clock.HostNow();
            if (!parts.Folder.Has(name))
            {
                if (records.Since is not { } since || since >= due)
                    return;
                var from = ReportTimes.Last(time, due - TimeSpan.FromSeconds(1), clock.LocalTimeZone) ?? due - TimeSpan.FromDays(1);
                parts.Folder.Keep(name, records.Reader.Read(from, due, now) with { Kind = Words.Of(kind) }, parts.Language);
                parts.Folder.Sweep(Words.Of(kind), now - parts.Settings.Keep);
                LogMessages.ReportMade(log, parts.Folder.PageOf(name));
            }

            List<string> receivers = [.. parts.Receivers(kind).Where(r => !records.WasTold(name, r))];
            // Receivers that are named later do not get one of days ago.
            if (receivers.Count > 0 && parts.Folder.Read(name) is { } document && now < document.MadeAt + ToldFor)
                made.Add(new ReportMade(name, receivers));
            _told.Add(name);
            _problem = "";
        }
        catch (Exception refused)
        {
            // The journal tells of a disk that refuses. The report is made when it can be.
            if (_problem != refused.Message)
                LogMessages.Warned(log, $"the report {name} cannot be made yet: {refused.Message}");
            _problem = refused.Message;
        }
    }

    internal static string NameOf(ReportKind kind, DateTimeOffset due, TimeZoneInfo zone) =>
        $"{Words.Of(kind)}-{TimeZoneInfo.ConvertTime(due, zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
}

/// <summary>What reports are made of.</summary>
internal sealed record ReportWatchParts
{
    public required ReportSettings Settings { get; init; }

    public required ReportFolder Folder { get; init; }

    public required string Host { get; init; }

    public required Language Language { get; init; }

    /// <summary>Names of the receivers that want a kind of report.</summary>
    public required Func<ReportKind, IReadOnlyList<string>> Receivers { get; init; }

    public required Func<ReportRecords> Open { get; init; }
}

/// <summary>The database, open for one report.</summary>
internal sealed class ReportRecords(DatabaseLink link, Func<Func<SqliteConnection>, HealthReader> reader) : IDisposable
{
    public HealthReader Reader { get; } = reader(() => link.Connection);

    /// <summary>Since when there are records; null: there are none.</summary>
    public DateTimeOffset? Since => OutboxRows.RecordsSince(link.Connection);

    public bool WasTold(string report, string receiver) => OutboxRows.Holds(link.Connection, report, receiver);

    public void Dispose() => link.Dispose();
}
