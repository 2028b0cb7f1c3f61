using System.Text.Json;
using Agent.Adapters;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Reports;
using Agent.Reports.Health;
using Agent.Storage;
using Microsoft.Data.Sqlite;

namespace Agent.Notifications.Queue;

/// <summary>What is known of a row at the moment of sending.</summary>
/// <param name="Notice">Null: there is none to send, and the other members say why.</param>
/// <param name="Failed">It cannot be made.</param>
/// <param name="Later">It is told then, if it is still true.</param>
internal sealed record LoadedNotice(Notice? Notice, Delivery? Failed = null, DateTimeOffset? Later = null)
{
    /// <summary>The receiver does not want it, or something else told it.</summary>
    public bool IsSkipped => Notice is null && Failed is null && Later is null;
}

/// <summary>Makes notices of rows: facts as they are when they are sent.</summary>
internal sealed class NoticeLoader(
    Recollection known,
    IncidentStore incidents,
    ServiceStore service,
    FaultCatalog faults,
    Func<Subject, IReadOnlyList<EngineServes>> serves,
    ReportFolder reports,
    TimeProvider clock)
{
    // Connections of SQLite are for one caller at a time.
    private readonly SemaphoreSlim _database = new(1, 1);

    public async Task<LoadedNotice> LoadAsync(OutboxRow row, Channel channel, CancellationToken cancellation)
    {
        if (row.Kind == WaitingNotices.ReportKind)
            return Report(row, channel.Receiver);
        var (history, unread) = await HistoryAsync(row.Incident, cancellation);
        if (history is null)
            return new(null, new(unread is null ? DeliveryEnd.Rejected : DeliveryEnd.Retry, unread ?? "the incident is not in the journal any more"));
        if (faults.Find(history.Incident.Fault) is not { } fault)
            return new(null, new(DeliveryEnd.Rejected, $"this version knows no fault '{history.Incident.Fault}'"));
        var notice = new IncidentNotice(row.Notice, Micros.Time(row.CreatedAt) + clock.SetBy())
        {
            Kind = row.Kind,
            Incident = history.Incident,
            Fault = fault,
            Events = history.Events,
            Engines = serves(history.Incident.Subject),
        };
        if (!channel.Receiver.Wants(notice))
            return new(null, null);
        if (!channel.Traits.IsForPeople)
            return new(notice with { Lost = await LostAsync(row.Incident, cancellation) });
        var (tell, flap, later) = Flapping.Judge(known.Find(row.Incident)?.Incident ?? history.Incident, row.Kind, known.Incidents, clock.GetUtcNow());
        return tell ? new(notice with { Flap = flap is null ? null : flap with { Since = flap.Since + clock.SetBy() } }) : new(null, Later: later);
    }

    private LoadedNotice Report(OutboxRow row, Receiver receiver)
    {
        if (reports.Read(row.Incident) is not { } document)
            return new(null, new(DeliveryEnd.Rejected, $"the report is not in {reports.Path} any more"));
        return document.Kind is { } kind && receiver.WantsReport(kind)
            ? new(new ReportNotice(row.Notice, Micros.Time(row.CreatedAt) + clock.SetBy(), document, reports.PageOf(row.Incident)))
            : new(null, null);
    }

    private async Task<(IncidentHistory? History, string? Unread)> HistoryAsync(string incident, CancellationToken cancellation)
    {
        if (known.Find(incident) is { } inMemory)
            return (inMemory.ToldBy(clock), null);
        var (found, refused) = await ReadAsync(() => incidents.Load(incident), cancellation);
        return (found, refused is null ? null : $"the journal cannot be read: {refused}");
    }

    /// <summary>As far as it is recorded; null where it cannot be read now, which keeps no notice from anybody.</summary>
    private async Task<IReadOnlyList<LostServiceDocument>?> LostAsync(string incident, CancellationToken cancellation) =>
        (await ReadAsync(() => LostServiceDocument.Of(service.OfIncident(incident)), cancellation)).Found;

    private async Task<(T? Found, string? Refused)> ReadAsync<T>(Func<T?> read, CancellationToken cancellation)
        where T : class
    {
        await _database.WaitAsync(cancellation);
        try
        {
            return (read(), null);
        }
        catch (Exception refused) when (refused is SqliteException or JsonException)
        {
            return (null, refused.Message);
        }
        finally
        {
            _database.Release();
        }
    }
}
