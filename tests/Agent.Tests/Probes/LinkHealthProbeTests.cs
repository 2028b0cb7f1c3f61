using Agent.Adapters.Hccn;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Probes.Npu;

namespace Agent.Tests.Probes;

public sealed class LinkHealthProbeTests
{
    private static readonly Subject First = Subject.Chip(0, 0);

    private readonly SmallBoard _board = new();
    private readonly LinkHealthProbe _probe;

    public LinkHealthProbeTests() => _probe = Probe();

    [Fact]
    public async Task A_link_that_is_up_without_a_detection_address_is_healthy()
    {
        var seen = await LookAsync();
        seen.Verdict.ShouldBe(Verdict.Healthy, seen.Summary);
        seen.Summary.ShouldBe("link UP, net health Init");
        seen.Measures["link_up"].ShouldBe(1);
        seen.Measures["optical_received_watts"].ShouldBe(0.001);
    }

    [Fact]
    public async Task Speed_and_traffic_are_asked_of_one_chip_a_look()
    {
        (await LookAsync()).Measures["link_speed_bytes_per_second"].ShouldBe(2.5e10);
        Asked().ShouldBe(1);
        // The next look asks the other chip, and what this one said holds.
        _board.Say("-i 0 -stat -g", "packet statistics:\nroce_rx_err_pkt_num:9\n");
        (await LookAsync()).Measures["link_receive_errors"].ShouldBe(7);
        Asked().ShouldBe(1);
        (await LookAsync()).Measures["link_receive_errors"].ShouldBe(9);
        Asked().ShouldBe(2);

        int Asked() => _board.Programs.Calls.Count(c => c == "-i 0 -stat -g");
    }

    [Fact]
    public async Task A_chip_that_told_its_traffic_and_says_nothing_now_has_none()
    {
        await LookAsync();
        _board.Say("-i 0 -link -g", "Control link unreachable.");
        (await LookAsync()).Measures.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_link_that_was_lost_is_told_with_the_time_of_its_loss()
    {
        _board.Say("-i 0 -link -g", "link status: DOWN\n");
        _board.Say("-i 0 -link_stat -g", History("03:00:00", 1, "02:44:40 DOWN", "02:43:40 UP"));
        var seen = await LookAsync();
        seen.Fault.ShouldBe(FaultCodes.LinkDown);
        seen.Summary.ShouldBe("the link is DOWN, last change DOWN at 2026-03-01 02:44:40 of the device's clock");
        seen.Measures["link_up"].ShouldBe(0);
    }

    [Fact]
    public async Task A_port_that_nobody_uses_is_healthy()
    {
        _board.Say("-i 0 -link -g", "link status: DOWN\n");
        _board.Say("-i 0 -link_stat -g", History("03:00:00", 0));
        var seen = await LookAsync();
        seen.Verdict.ShouldBe(Verdict.Healthy);
        seen.Summary.ShouldContain("never up");
    }

    [Theory]
    [InlineData("Success", null)]
    [InlineData("Init", null)]
    [InlineData("Detect ip set", null)]
    [InlineData("Thread error", null)]
    [InlineData("Socket failed", FaultCodes.LinkDown)]
    [InlineData("Unreachable", FaultCodes.LinkDown)]
    [InlineData("Receive timeout", FaultCodes.LinkDown)]
    public async Task A_detection_address_that_does_not_answer_is_a_link_that_carries_nothing(string word, string? fault)
    {
        _board.Say("-i 0 -net_health -g", $"net health status: {word}\n");
        (await LookAsync()).Fault.ShouldBe(fault);
    }

    [Fact]
    public async Task Five_losses_within_a_day_of_the_device_are_flapping()
    {
        _board.Say("-i 0 -link_stat -g", History("03:00:00", 6, [.. Enumerable.Range(10, 5).SelectMany(m => (string[])[$"02:{m}:30 UP", $"02:{m}:10 DOWN"])]));
        var seen = await LookAsync();
        seen.Fault.ShouldBe(FaultCodes.LinkFlapping);
        seen.Summary.ShouldContain("5 times within 1d");
    }

    [Fact]
    public async Task Losses_that_no_record_shows_are_counted_from_look_to_look()
    {
        _board.Say("-i 0 -link_stat -g", "link up count : 40\n");
        (await LookAsync()).Verdict.ShouldBe(Verdict.Healthy);
        _board.Say("-i 0 -link_stat -g", "link up count : 45\n");
        (await LookAsync()).Fault.ShouldBe(FaultCodes.LinkFlapping);
    }

    [Theory]
    [InlineData(0.5, null)]
    [InlineData(0.0054, "lane 0 receives 0.0054 mW, allowed 0.1445 to 2.3")]
    [InlineData(4.4, "lane 0 receives 4.4 mW")]
    public async Task Light_outside_of_its_limits_is_a_weak_module(double received, string? text)
    {
        _board.Optical(0, received);
        var seen = await LookAsync();
        seen.Fault.ShouldBe(text is null ? null : FaultCodes.OpticalDegraded);
        seen.Summary.ShouldContain(text ?? "link UP");
    }

    [Theory]
    [InlineData("Rx Power0 : -2.5 dBm", null, "link UP")]
    [InlineData("Rx Power0 : -9.1 dBm", FaultCodes.OpticalDegraded, "receives 0.123")]
    [InlineData("Rx Power0(dBm) : -40.0", FaultCodes.OpticalDegraded, "receives 0.0001 mW")]
    [InlineData("Rx Power(dBm)0 : 2.0", null, "link UP")]
    [InlineData("Rx Power0 : 1018.9 uW", null, "link UP")]
    [InlineData("Rx Power0 : 5.4 uW", FaultCodes.OpticalDegraded, "receives 0.0054 mW")]
    [InlineData("Rx Power0 : not supported", null, "link UP")]
    public async Task Light_is_judged_in_whatever_unit_it_is_told(string line, string? fault, string says)
    {
        _board.Say("-i 0 -optical -g", $"present : present\n{line}\n");
        var seen = await LookAsync();
        seen.Fault.ShouldBe(fault);
        seen.Summary.ShouldContain(says);
    }

    [Theory]
    [InlineData("Rx Power0 : 1.2 furlong")]
    [InlineData("Rx Power0 : -inf dBm")]
    [InlineData("Rx Power0 : 0x7f")]
    [InlineData("| Lane | Tx Power(dBm) | Rx Power(dBm) |\n| 0 | -1.2 | -2.5 |")]
    [InlineData("Lane   TxPower(dBm)   RxPower(dBm)\n0      -1.2           -2.5")]
    public async Task Light_that_cannot_be_read_is_no_healthy_light(string lines)
    {
        _board.Say("-i 0 -optical -g", $"present : present\n{lines}\n");
        var seen = await LookAsync();
        seen.Verdict.ShouldBe(Verdict.CouldNotLook);
        seen.Summary.ShouldContain("told in a way that is not known");
    }

    [Fact]
    public void Every_limit_is_held_against_a_module_of_a_real_host()
    {
        var violations = OpticalLimits.Violations(OpticalModule.Of(HccnText.Parse(Captures.Read("ascend/hccn_tool_optical_910A.txt")))!);
        violations.ShouldBe(
        [
            "lane 0 sends 4.4035 mW, allowed 0.2 to 2.5",
            "lane 1 receives 0.0054 mW, allowed 0.1445 to 2.3",
            "flag Rx Los is raised (0xff)",
            "flag Rx LoL is raised (0xff)",
        ]);
    }

    [Theory]
    [InlineData("The command is not supported on this product.", nameof(Verdict.Healthy))]
    [InlineData("permission denied: pls check this cmd run permission.", nameof(Verdict.CouldNotLook))]
    public async Task What_holds_for_every_chip_is_asked_and_told_once(string said, string verdict)
    {
        _board.Say("-i 0 -link -g", said);
        var seen = (await _probe.LookAsync(CancellationToken.None)).ShouldHaveSingleItem();
        (seen.Subject, seen.Fault, seen.Verdict.ToString()).ShouldBe((Subject.Host, null, verdict));
        _board.Programs.Calls.ShouldBe(["info -m", "-i 0 -link -g"]);
    }

    [Fact]
    public async Task One_chip_that_does_not_answer_leaves_the_others_looked_at()
    {
        _board.Say("-i 0 -link -g", "Control link unreachable.");
        var seen = await _probe.LookAsync(CancellationToken.None);
        seen.Select(o => o.Verdict).ShouldBe([Verdict.Healthy, Verdict.CouldNotLook, Verdict.Healthy]);
        seen[1].NextStep.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Lines_that_are_not_known_are_kept_as_evidence()
    {
        _board.Say("-i 0 -link -g", "link status: UP\nsomething new\n");
        (await LookAsync()).Evidence.ShouldBe(["something new"]);
    }

    [Fact]
    public async Task A_chip_with_several_ports_is_as_well_as_its_worst_one()
    {
        foreach (var (port, word) in ((int, string)[])[(4, "link"), (5, "unlink")])
        {
            _board.Say($"-g -port_info -i 0 -u 0 -p {port}", $"port_id: 0x{port}\n=== UB PORT LINK INFO ===\nport_link: {word}\n");
            _board.Say($"-g -link_stat -i 0 -u 0 -p {port}", "link up count :    2\nlink down count :  2\n");
        }

        var seen = (await Probe("0/4", "0/5").LookAsync(CancellationToken.None)).Single(o => o.Subject == First);
        seen.Fault.ShouldBe(FaultCodes.LinkDown);
        seen.Summary.ShouldStartWith("port 0/5: the link is DOWN");
    }

    private LinkHealthProbe Probe(params string[] ports) => new(_board.Hccn, _board.NpuSmi, _board.Chips, [.. ports.Select(HccnPort.Parse)], _board.Clock);

    private async Task<Observation> LookAsync() => (await _probe.LookAsync(CancellationToken.None)).Single(o => o.Subject == First);

    private static string History(string now, int ups, params string[] records) =>
        $"[devid 0]current time        : Sun Mar  1 {now} 2026\n[devid 0]link up count       : {ups}\n[devid 0]link change records :\n"
        + string.Concat(records.Select(r => r.Split(' ')).Select(r => $"[devid 0]    Sun Mar  1 {r[0]} 2026    LINK {r[1]}\n"));
}
