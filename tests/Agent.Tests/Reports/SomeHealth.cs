using Agent.Domain.Availability;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Engines.Chips;
using Agent.Reports.Health;
using Agent.Storage;

namespace Agent.Tests.Reports;

/// <summary>Days of a host as a report is made of them.</summary>
internal static class SomeHealth
{
    public const string Hostile = "</td><script>alert(1)</script> [click](http://evil) | *bold* `code` \u001b[2J <at id=all></at>";

    private static readonly Subject Engine = Story.Engine;

    public static DateTimeOffset To { get; } = new(2026, 3, 1, 23, 30, 0, TimeSpan.Zero);

    public static DateTimeOffset From { get; } = To.AddDays(-1);

    public static TimeZoneInfo Zone { get; } = TimeZoneInfo.CreateCustomTimeZone("Host", TimeSpan.FromHours(8), "Host", "Host");

    /// <summary>Nothing happened, today and yesterday.</summary>
    public static HealthInput Quiet() => Empty() with
    {
        Spans = new Dictionary<Subject, IReadOnlyList<ServiceSpan>>
        {
            [Engine] = [Span(Engine, ServiceState.Up, -48, 0)],
            [Subject.Chip(0, 0)] = [Span(Subject.Chip(0, 0), ServiceState.Up, -48, 0)],
            [Subject.Chip(1, 0)] = [Span(Subject.Chip(1, 0), ServiceState.Up, -48, 0)],
        },
        Lines = Lines(From, errors: 0),
        LinesBefore = Lines(From.AddDays(-1), errors: 0),
        Speed = [new("deepseek: usually 1200 tokens/s with 9-16 running", "deepseek：并发 9-16 时通常 1200 tokens/s")],
    };

    /// <summary>An engine that was recovered, a chip that fails for the second time and waits for a person, and looks that saw nothing.</summary>
    public static HealthInput Bad() => Quiet() with
    {
        Incidents =
        [
            History("20260301-030000-001", Story.Recovered(Story.Start)),
            History("20260301-090000-002", ChipAlarm(From.AddHours(9.5), "chip 1/0 reports Alarm: 80E01801", resolved: true)),
            History("20260301-200000-003", ChipAlarm(From.AddHours(20.5), $"chip 1/0 reports Alarm: 80E01801 {Hostile}", resolved: false)),
            History("20260228-120000-004", Story.Recovered(From.AddHours(-11))),
        ],
        Spans = new Dictionary<Subject, IReadOnlyList<ServiceSpan>>
        {
            [Engine] =
            [
                Span(Engine, ServiceState.Up, -48, -35) with { Number = 1 },
                Span(Engine, ServiceState.Down, -35, -34.99) with { Number = 2, Why = ServiceReason.Dead, Incident = "20260228-120000-004" },
                Span(Engine, ServiceState.Up, -34.99, -20.5) with { Number = 3 },
                new(Engine, ServiceState.Down, Story.Start.AddSeconds(-1), Story.Start.AddSeconds(4), ServiceReason.Dead)
                {
                    Number = 4,
                    Incident = "20260301-030000-001",
                    DetectedAt = Story.Start.AddSeconds(2),
                    Lost = new LostWork(new RequestLoad(12, 3), 0, 1200),
                },
                new(Engine, ServiceState.Down, Story.Start.AddSeconds(4), Story.Start.AddSeconds(97), ServiceReason.Starting)
                {
                    Number = 5,
                    Incident = "20260301-030000-001",
                    Lost = new LostWork(null, 2, 1200),
                },
                new(Engine, ServiceState.Up, Story.Start.AddSeconds(97), To.AddHours(-2), ServiceReason.Serves) { Number = 6 },
                Span(Engine, ServiceState.Unknown, -2, -1.5) with { Number = 7, Why = ServiceReason.AgentAway },
                Span(Engine, ServiceState.Up, -1.5, 0) with { Number = 8 },
            ],
            [Subject.Chip(0, 0)] = [Span(Subject.Chip(0, 0), ServiceState.Up, -48, 0)],
            [Subject.Chip(1, 0)] =
            [
                Span(Subject.Chip(1, 0), ServiceState.Up, -48, -3.5) with { Number = 1 },
                Span(Subject.Chip(1, 0), ServiceState.Down, -3.5, 0) with { Number = 2, Why = ServiceReason.ChipFault, Incident = "20260301-200000-003" },
            ],
        },
        Lines = Lines(From, errors: 7),
        Gaps = [new LookGap("link-health", Subject.Host, 6, TimeSpan.FromMinutes(31)), new LookGap("engine-canary", Engine, 1, TimeSpan.FromSeconds(30))],
        Chips = [new KnownChip("1/0", "0000:C2:00.0", "910B3", "102579900001", 3300)],
        DriverVersion = "25.2.0",
    };

    /// <summary>The agent did not run for most of the day.</summary>
    public static HealthInput Unknown() => Empty() with
    {
        Spans = new Dictionary<Subject, IReadOnlyList<ServiceSpan>>
        {
            [Engine] =
            [
                Span(Engine, ServiceState.Up, -24, -18) with { Number = 1 },
                Span(Engine, ServiceState.Unknown, -18, -2) with { Number = 2, Why = ServiceReason.AgentAway },
                Span(Engine, ServiceState.Up, -2, 0) with { Number = 3 },
            ],
        },
    };

    public static HealthInput Empty() => new()
    {
        Host = "npu-host-1",
        MadeAt = To.AddMinutes(4),
        From = From,
        To = To,
        Zone = Zone,
        RecordsSince = From.AddDays(-30),
        Objectives = new Dictionary<Subject, double> { [Engine] = 0.999 },
    };

    public static IncidentHistory History(string id, IReadOnlyList<IncidentEvent> events) => new(Story.Fold(id, events), events);

    private static IReadOnlyList<IncidentEvent> ChipAlarm(DateTimeOffset at, string summary, bool resolved)
    {
        var chip = Subject.Chip(1, 0);
        var reset = new Step(StepKind.ResetChip, chip);
        IReadOnlyList<IncidentEvent> seen =
        [
            new Suspected(at, FaultCodes.ChipAlarm, chip, "chip-health", summary, ["80E01801 reset"], "0000:C2:00.0"),
            new Confirmed(at.AddSeconds(12), "seen twice"),
            new EvidenceSecured(at.AddSeconds(40), $"/var/lib/npu-agent/bundles/{at:HHmm}.tar.gz", true),
            new RecoveryPlanned(at.AddSeconds(41), Rung.Chip, [reset], "its codes ask for a reset", "chip 1/0"),
            new StepStarted(at.AddSeconds(41), reset),
        ];
        return resolved
            ? [.. seen, new StepEnded(at.AddSeconds(130), reset, true, "done"), new RecoveryEnded(at.AddSeconds(131), true, "every step succeeded"),
                new Resolved(at.AddSeconds(150), "verified: it is well", Mender.Agent)]
            : [.. seen, new StepEnded(at.AddSeconds(300), reset, false, "Alarm again"), new RecoveryEnded(at.AddSeconds(301), false, "the chip is not well"),
                new HandedOver(at.AddSeconds(302), "the reset did not help")];
    }

    /// <param name="subject">The subject.</param>
    /// <param name="state">Its state.</param>
    /// <param name="from">Hours from the end of the window.</param>
    /// <param name="to">The same.</param>
    private static ServiceSpan Span(Subject subject, ServiceState state, double from, double to) =>
        new(subject, state, To.AddHours(from), To.AddHours(to), ServiceReason.Serves) { Number = 1 };

    private static IReadOnlyList<MeasureLine> Lines(DateTimeOffset from, double errors) =>
    [
        Line(Engine, "generation_tokens_per_second", from, h => 900 + (300 * Math.Sin(h / 24 * Math.Tau)), 80),
        Line(Engine, "requests_waiting", from, h => h is > 9 and < 12 ? 14 : 0, 2),
        Line(Engine, "kv_cache_usage_ratio", from, h => 0.4 + (0.2 * Math.Sin(h / 24 * Math.Tau)), 0.05),
        Line(Subject.Chip(0, 0), "temperature_celsius", from, h => 46 + (h / 12), 2),
        Line(Subject.Chip(1, 0), "temperature_celsius", from, h => 51 + (h / 3), 2),
        Line(Subject.Chip(1, 0), "memory_single_bit_errors_of_life", from, h => 100 + Math.Floor(h / 24 * errors), 0),
        Line(Subject.Chip(1, 0), "link_retries", from, _ => 5, 0),
    ];

    private static MeasureLine Line(Subject subject, string name, DateTimeOffset from, Func<double, double> value, double spread) => new(subject, name,
    [
        .. Enumerable.Range(0, 96).Where(i => i is < 60 or > 66).Select(i => (At: from.AddMinutes(15 * i), Value: value(i / 4.0)))
            .Select(p => new MeasurePoint(p.At, Math.Max(0, p.Value - spread), p.Value + spread, p.Value)),
    ]);
}
