using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Reports.Health;

namespace Agent.Tests.Reports;

/// <summary>A claim names fault codes that the vendor knows, and no number that merely looks like one.</summary>
public sealed class ClaimDocumentTests
{
    [Theory]
    [InlineData("chip 1/0 reports Alarm: 80E01801", "80E01801")]
    [InlineData("error codes 0x8C03A000 8C084E00, 8C03A000 again", "8C03A000 8C084E00")]
    [InlineData("event_id=0x80c98000", "80C98000")]
    [InlineData("83886080 bytes at FFFFFFFF", "")]
    [InlineData("address 0xFFFFFFFF, mask BFFFFFFF", "")]
    [InlineData("180E01801 80E018011 80E01801x", "")]
    public void Only_codes_that_the_vendor_publishes_are_named(string seen, string codes)
    {
        IReadOnlyList<IncidentEvent> events =
            [new Suspected(Story.Start, FaultCodes.ChipAlarm, Subject.Chip(1, 0), "chip-health", "reports Alarm", [seen], "0000:C2:00.0")];
        ClaimIncident.Of(SomeHealth.History("a", events)).Codes.ShouldBe(codes.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
