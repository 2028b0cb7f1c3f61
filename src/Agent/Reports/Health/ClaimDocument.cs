using System.Text.RegularExpressions;
using Agent.Adapters;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines.Chips;
using Agent.Storage;
using Agent.VendorFaults;

namespace Agent.Reports.Health;

/// <summary>What the vendor wants to know when a chip is claimed that fails again and again.</summary>
internal sealed record ClaimDocument(string Chip, string? BusId, string? Serial, string? Model, string? Driver, string? Firmware,
    IReadOnlyList<ClaimIncident> Incidents)
{
    /// <summary>Faults of the chip itself. Heat may be the room's, and a link the cable's.</summary>
    private static readonly string[] OfHardware =
    [
        FaultCodes.ChipAlarm, FaultCodes.ChipError, FaultCodes.ChipUnfit, FaultCodes.MemoryUncorrectable, FaultCodes.MemoryWornOut,
        FaultCodes.MemoryPagesIsolated, FaultCodes.MemoryErrorsRising,
    ];

    private const int Repeats = 2;

    /// <summary>A device keeps its bus id when the driver numbers the chips anew.</summary>
    public static IReadOnlyList<ClaimDocument> Of(IEnumerable<IncidentHistory> confirmed, HealthInput input) =>
    [
        .. from history in confirmed
           where history.Incident.Subject.Kind == SubjectKind.Chip && OfHardware.Contains(history.Incident.Fault)
           group history by history.Incident.Identity ?? history.Incident.Subject.Id into device
           where device.Count() >= Repeats
           let newest = device.Last().Incident
           let known = Known(newest.Identity, newest.Subject, input.Chips)
           orderby HealthPeriod.Sorted(newest.Subject)
           select new ClaimDocument(newest.Subject.Id, newest.Identity ?? known?.BusId, known?.Serial, known?.Model, input.DriverVersion, input.FirmwareVersion,
               [.. device.Select(ClaimIncident.Of)]),
    ];

    private static KnownChip? Known(string? identity, Subject chip, IReadOnlyList<KnownChip> chips) => identity is null
        ? chips.FirstOrDefault(c => c.Id == chip.Id)
        : chips.FirstOrDefault(c => c.BusId == identity && c.Id == chip.Id) ?? chips.FirstOrDefault(c => c.BusId == identity);
}

/// <param name="Codes">Fault codes that the vendor publishes, where they stand in what was seen.</param>
internal sealed record ClaimIncident(string Id, DateTimeOffset At, string Fault, LocalText Title, string Seen, IReadOnlyList<string> Codes,
    IReadOnlyList<string> Bundles)
{
    // Counts and addresses look like codes, so the vendor's table has the last word.
    private static readonly Regex Code = RarePattern.Of("(?<![0-9A-Za-z])(?:0[xX])?([8A-Fa-f][0-9A-Fa-f]{7})(?![0-9A-Za-z])");

    public static ClaimIncident Of(IncidentHistory history)
    {
        var incident = history.Incident;
        return new ClaimIncident(incident.Id, incident.SuspectedAt, incident.Fault, FaultCatalog.Default[incident.Fault].Title, incident.Summary,
            [.. incident.Evidence.Append(incident.Summary).SelectMany(line => Code.Matches(line).Select(m => m.Groups[1].Value.ToUpperInvariant()))
                .Where(VendorFaultTable.IsPublished).Distinct(StringComparer.Ordinal)],
            incident.Bundles);
    }
}
