using Agent.Domain.Availability;
using Agent.Domain.Incidents;
using Agent.Domain.Recovery;

namespace Agent.Tests.Supervision;

/// <summary>The ledger against scripted timelines on real SQLite: the expected seconds stand in the script, and the ledger may be one second off.</summary>
public sealed class ServiceTimelineTests : IDisposable
{
    private const double Bound = 1;
    private const int Day = 86_400;

    private readonly LedgerHost _host = new();

    [Fact]
    public void A_crash_counts_from_the_end_of_the_process_to_the_next_service()
    {
        Serving().Until(600).Die().Until(610).Stop().Until(612).Load().Until(650).Serve().Until(1000);
        Expect(up: 60 + 350 + 480, down: 50, planned: 60, unknown: 0);
    }

    [Fact]
    public void A_hang_counts_from_the_last_progress_and_not_from_the_verdict()
    {
        Serving().Until(600).Hang().Until(740).Stop().Until(750).Load().Until(800).Serve().Until(1000);
        Expect(up: 740, down: 200, planned: 60, unknown: 0);
    }

    [Fact]
    public void A_restart_between_two_looks_counts_from_the_last_look()
    {
        Serving().Until(600).Load().Until(640).Serve().Until(1000);
        Expect(up: 900, down: 40, planned: 60, unknown: 0);
    }

    [Fact]
    public void A_stop_by_an_operator_and_the_start_that_he_asks_for_are_planned()
    {
        Serving().Until(600).Want(false).Stop().Until(1200).Maintain(true).Want(true).Load().Until(1260).Serve().Maintain(false).Until(2000);
        Expect(up: 1280, down: 0, planned: 60 + 660, unknown: 0);
    }

    [Fact]
    public void Maintenance_makes_planned_what_begins_in_it_and_not_what_it_repairs()
    {
        Serving().Until(600).Maintain(true).Until(660).Die().Until(700).Load().Until(760).Serve().Until(800).Maintain(false).Until(1000);
        Expect(up: 840, down: 0, planned: 60 + 100, unknown: 0);
        _host.Die().Until(1100).Maintain(true).Until(1200).Load().Until(1250).Serve().Until(1300).Maintain(false).Until(1400);
        Expect(up: 990, down: 250, planned: 160, unknown: 0);
    }

    [Fact]
    public void What_is_still_down_when_maintenance_ends_is_lost_from_then_on()
    {
        Serving().Until(600).Maintain(true).Stop().Until(700).Maintain(false).Until(750).Load().Until(800).Serve().Until(1000);
        Expect(up: 740, down: 100, planned: 160, unknown: 0);
    }

    [Theory]
    [InlineData(false, 10)]
    [InlineData(false, 3000)]
    [InlineData(true, 10)]
    [InlineData(true, 3000)]
    public void An_engine_that_proves_by_the_same_run_that_it_worked_on_was_up_while_no_agent_looked(bool isKilled, int away)
    {
        Serving().Until(630);
        (isKilled ? _host.KillAgent() : _host.StopAgent()).Until(630 + away).StartAgent().Until(1000 + away);
        Expect(up: 940 + away, down: 0, planned: 60, unknown: 0);
    }

    [Fact]
    public void An_engine_that_is_another_run_when_the_agent_is_back_was_unknown_meanwhile()
    {
        Serving().Until(600).StopAgent().Until(650).Load().Serve().Until(700).StartAgent().Until(1000);
        Expect(up: 840, down: 0, planned: 60, unknown: 100);
    }

    [Fact]
    public void An_engine_that_died_while_no_agent_looked_is_unknown_until_the_look_that_sees_it()
    {
        Serving().Until(600).StopAgent().Until(620).Die().Until(660).StartAgent().Until(670).Load().Until(700).Serve().Until(1000);
        Expect(up: 840, down: 40, planned: 60, unknown: 60);
    }

    [Fact]
    public void An_agent_that_is_killed_leaves_at_most_its_minute_and_its_absence_unknown()
    {
        Serving().Until(630).KillAgent().Until(640).Die().Until(660).StartAgent().Until(670).Load().Until(700).Serve().Until(1000);
        var figures = _host.Figures();
        figures.Unknown.TotalSeconds.ShouldBeInRange(30, 90 + Bound);
        figures.Down.TotalSeconds.ShouldBe(40, Bound);
        (figures.Up + figures.Unknown).TotalSeconds.ShouldBe(900, Bound);
    }

    [Fact]
    public void An_outage_goes_on_through_a_restart_of_the_agent_while_its_engine_loads()
    {
        Serving().Until(600).Die().Until(610).Load().Until(620).KillAgent().Until(630).StartAgent().Until(660).Serve().Until(1000);
        Expect(up: 880, down: 60, planned: 60, unknown: 0);
        _host.Figures().Interruptions.Count.ShouldBe(1);
    }

    [Fact]
    public void After_a_reboot_the_engine_is_down_from_the_boot_and_before_it_unknown()
    {
        Serving().Until(600).StopAgent().Reboot(120).Until(730).StartAgent().Until(740).Load().Until(800).Serve().Until(1000);
        Expect(up: 740, down: 80, planned: 60, unknown: 120);
    }

    [Fact]
    public void An_engine_that_an_operator_stopped_stays_planned_over_a_reboot()
    {
        Serving().Until(600).Want(false).Stop().Until(700).StopAgent().Reboot(100).StartAgent().Until(1000);
        Expect(up: 540, down: 0, planned: 60 + 100 + 200, unknown: 100);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(60)]
    [InlineData(-60)]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(Day)]
    [InlineData(-Day)]
    public void A_clock_that_is_set_moves_nothing(int step)
    {
        Serving().Until(300).SetClock(step).Until(600).Die().Until(620).Load().Until(650).Serve().Until(900)
            .StopAgent().Until(910).StartAgent().Until(1200).SetClock(-2 * step).Until(1210).Hang().Until(1340).Load().Until(1400).Serve().Until(1500)
            .KillAgent().Until(1510).SetClock(step).StartAgent().Until(2000);
        Expect(up: 2000 - 60 - 50 - 190, down: 50 + 190, planned: 60, unknown: 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3600)]
    [InlineData(-3600)]
    public void A_day_of_everything_is_correct_to_a_second(int step)
    {
        Serving()
            .Until(3600).Die().Until(3610).Load().Until(3650).Serve()
            .Until(7200).Hang().Until(7340).Stop().Until(7350).Load().Until(7400).Serve()
            .Until(10_800).Want(false).Stop().Until(11_400).Maintain(true).Want(true).Load().Until(11_460).Serve().Maintain(false)
            .Until(14_400).Maintain(true).Until(14_460).Die().Until(15_000).Load().Until(15_060).Serve().Until(15_100).Maintain(false)
            .Until(18_000).StopAgent().Until(18_030).StartAgent()
            .Until(21_600).KillAgent().Until(21_630).StartAgent()
            .Until(25_200).StopAgent().Until(25_230).Die().Until(25_260).StartAgent().Until(25_270).Load().Until(25_300).Serve()
            .Until(28_800).SetClock(step)
            .Until(32_400).Die().Until(32_410).Load().Until(32_440).Serve()
            .Until(36_000).KillAgent().Until(36_020).StartAgent()
            .Until(50_000).StopAgent().Reboot(120).Until(50_130).StartAgent().Until(50_140).Load().Until(50_200).Serve()
            .Until(Day);
        const int Down = 50 + 200 + 40 + 40 + 80;
        const int Planned = 60 + 660 + 600;
        const int Unknown = 60 + 120;
        Expect(up: Day - Down - Planned - Unknown, down: Down, planned: Planned, unknown: Unknown);
        _host.Figures().Interruptions.Count.ShouldBe(5);
    }

    [Fact]
    public void An_outage_knows_its_incident_the_requests_in_it_and_what_the_agents_stop_ended()
    {
        Serving().Until(600).Hang().Until(720);
        var incident = Story.Fold("a", Story.Suspicion(Story.Start.AddSeconds(722)));
        _host.Incidents.Add(incident);
        _host.Until(726);
        _host.Incidents[0] = incident.Apply(new Confirmed(Story.Start.AddSeconds(726), "seen twice"));
        var stop = new Step(StepKind.StopEngine, Story.Engine);
        _host.Until(730).Record(new StepStarted(Story.Start.AddSeconds(730), stop)).Stop()
            .Record(new StepEnded(Story.Start.AddSeconds(731), stop, true, "stopped")).Until(732).Load().Until(800).Serve().Until(900);
        var outage = _host.Spans().Where(s => s.State == ServiceState.Down).ShouldHaveSingleItem();
        (outage.Incident, outage.Fault, outage.DetectedAt, outage.Why).ShouldBe(("a", incident.Fault, Story.Start.AddSeconds(726), ServiceReason.Hung));
        outage.Lost.ShouldBe(new LostWork(new RequestLoad(3, 1), 4, 100));
        outage.TokensNotServed!.Value.ShouldBe(20_000, 100 * Bound);
        _host.Figures().TimeToDetect!.Mean.TotalSeconds.ShouldBe(126, Bound);
    }

    public void Dispose() => _host.Dispose();

    /// <summary>An agent, and an engine whose first start takes a minute.</summary>
    private LedgerHost Serving() => _host.StartAgent().Load().Until(60).Serve();

    private void Expect(double up, double down, double planned, double unknown)
    {
        // The last record is at most a minute old; the agent's last word brings it up to date.
        _host.StopAgent();
        var figures = _host.Figures();
        var told = string.Join('\n', _host.Spans().Select(s => $"{(s.From - Story.Start).TotalSeconds} {(s.To - Story.Start).TotalSeconds} {s.State} {s.Why}"));
        figures.Down.TotalSeconds.ShouldBe(down, Bound, told);
        figures.Planned.TotalSeconds.ShouldBe(planned, Bound, told);
        figures.Unknown.TotalSeconds.ShouldBe(unknown, Bound, told);
        figures.Up.TotalSeconds.ShouldBe(up, Bound, told);
        _host.StartAgent();
    }
}
