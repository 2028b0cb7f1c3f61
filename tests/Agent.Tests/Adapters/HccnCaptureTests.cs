using System.Globalization;
using Agent.Adapters.Hccn;

namespace Agent.Tests.Adapters;

/// <summary>Every capture of hccn_tool, with what a person reads in it.</summary>
public sealed class HccnCaptureTests
{
    [Theory]
    [InlineData("link_stat_910A", "2022-08-02 03:09:26", 2, null, "UP 08-01 14:43:40; DOWN 08-01 14:43:40; UP 08-01 14:43:26", 1)]
    [InlineData("link_stat_after-flap_910A", "2022-08-02 03:36:43", 2, null,
        "DOWN 08-01 14:44:40; UP 08-01 14:43:40; DOWN 08-01 14:43:40; UP 08-01 14:43:26", 2)]
    [InlineData("link_stat_950_doc", null, 2, 2, "UP 02-09 21:45:51; DOWN 02-09 21:45:47; UP 02-09 21:43:04; DOWN 02-09 21:42:59", null)]
    public void The_history_of_a_link_is_read_in_both_grammars(string capture, string? deviceTime, int ups, int? downs, string changes, int? downsOfDay)
    {
        var text = Read(capture);
        text.Unread.ShouldBeEmpty();
        var history = LinkHistory.Of(text)!;
        history.DeviceTime?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture).ShouldBe(deviceTime);
        history.UpCount.ShouldBe(ups);
        history.DownCount.ShouldBe(downs);
        string.Join("; ", history.Changes.Select(c => string.Create(CultureInfo.InvariantCulture, $"{(c.Up ? "UP" : "DOWN")} {c.At:MM-dd HH:mm:ss}")))
            .ShouldBe(changes);
        history.DownsWithin(TimeSpan.FromDays(1)).ShouldBe(downsOfDay);
        history.NeverUp.ShouldBeFalse();
    }

    [Fact]
    public void An_optical_module_is_read_lane_by_lane()
    {
        var text = Read("optical_910A");
        text.Unread.ShouldBeEmpty();
        text.Text("vendor part number").ShouldBe("LMQ8611-PC+");
        text.Text("high power enable reg").ShouldBe("enabled");
        var module = OpticalModule.Of(text)!;
        module.Present.ShouldBe(false);
        (module.TemperatureCelsius, module.VoltageMillivolts).ShouldBe((47, 3262.9));
        module.SentMilliwatts.ShouldBe([4.4035, 1.3968, 1.4140, 1.4988]);
        module.ReceivedMilliwatts.ShouldBe([1.0189, 0.0054, 0.9907, 1.0213]);
        module.BiasMilliamps.ShouldBe([7.9360, 7.9280, 7.9360, 7.9240]);
        module.SignalToNoiseDecibels.ShouldBe([23.1211, 22.6289, 22.1875, 23.2969]);
        module.RaisedFlags.ShouldBe(new Dictionary<string, int> { ["Rx Los"] = 0xff, ["Rx LoL"] = 0xff });
        module.MakersLimits.Count.ShouldBe(8);
        module.MakersLimits["RxPower Low Thres"].ShouldBe(0.1445);
    }

    [Fact]
    public void The_answers_of_the_guide_are_read_and_its_shell_lines_are_kept_as_unknown()
    {
        var text = Read("doc-answers_before-training");
        PortAnswers.NetHealth(text).ShouldBe("Init");
        PortAnswers.LinkUp(text).ShouldBe(true);
        PortAnswers.ErrorCorrection(text).ShouldBe("rs FEC mode");
        text.Text("ipaddr").ShouldBe("192.0.2.10 netmask:255.255.255.0");
        text.Text("dev_id")!.ShouldStartWith("0, tls switch[0]");
        var module = OpticalModule.Of(text)!;
        (module.SentMilliwatts.ShouldHaveSingleItem(), module.ReceivedMilliwatts.ShouldHaveSingleItem(), module.BiasMilliamps.ShouldHaveSingleItem())
            .ShouldBe((4.4035, 1.0189, 7.936));
        text.Unread.Count.ShouldBe(8);
    }

    [Theory]
    [InlineData("net_health-socket-failed_910A", "health=Socket failed")]
    [InlineData("fec_910A", "fec=no FEC mode")]
    [InlineData("stat_910A", "roce_rx_err_pkt_num=0 roce_tx_err_pkt_num=0")]
    [InlineData("speed_950_doc", "speed=400000000000")]
    [InlineData("port_info_950_doc", "up=True fec=FEC RS")]
    public void A_short_answer_is_read_as_a_person_reads_it(string capture, string expected)
    {
        var text = Read(capture);
        text.Unread.ShouldBeEmpty();
        List<string> found = [];
        if (PortAnswers.LinkUp(text) is { } up)
            found.Add($"up={up}");
        if (PortAnswers.NetHealth(text) is { } health)
            found.Add($"health={health}");
        if (PortAnswers.ErrorCorrection(text) is { } mode)
            found.Add($"fec={mode}");
        if (PortAnswers.BitsPerSecond(text) is { } speed)
            found.Add(string.Create(CultureInfo.InvariantCulture, $"speed={speed}"));
        found.AddRange(PortAnswers.Counters(text).Select(c => $"{c.Key}={c.Value}"));
        string.Join(' ', found).ShouldBe(expected);
    }

    [Fact]
    public void Port_information_of_a_950_keeps_its_two_sections_apart()
    {
        var text = Read("port_info_950_doc");
        text.Values.Where(v => v.Key == "fec").Select(v => $"{v.Section}: {v.Value}")
            .ShouldBe(["UB PORT LINK INFO: FEC RS", "UB DLPHY INFO: FEC Mode 1 RS (128, 120,T=4)"]);
        text.Text("link_down_err").ShouldBe("0x302");
        text.Text("lstm_state").ShouldBe("LINK_ACTIVE");
        text.Text("retry_cnt").ShouldBe("0x0");
    }

    [Fact]
    public void A_speed_table_of_a_950_is_read_by_its_header()
    {
        var row = Read("speed_950_doc").Rows.ShouldHaveSingleItem();
        string.Join(' ', row.Select(c => $"{c.Key}={c.Value}")).ShouldBe("NPU=0 UDie=0 Port=4 Speed=400 G Cap=X4 Width=X4 Status=normal");
    }

    [Fact]
    public void What_no_probe_asks_is_kept_line_by_line()
    {
        var ping = Read("ub_ping_950_doc");
        ping.Values.Count(v => v.Key == "recv seq").ShouldBe(6);
        ping.Unread.ShouldContain("6 packets transmitted, 6 received, 0.00% packet loss");
        var help = Captures.Read("ascend/hccn_tool-h_950_doc.txt");
        HccnMessages.ProblemIn(help)!.Cause.ShouldStartWith("hccn_tool does not know the parameters");
    }

    [Fact]
    public void A_transcript_of_a_host_tells_errors_and_lost_links_chip_by_chip()
    {
        var answers = Captures.Read("ascend/npu_info_after_modelarts-worker0.txt").Split("/hccn_tool -i ")[1..];
        answers.Length.ShouldBe(24);
        var errors = answers.Where(a => a[2..].StartsWith("-stat ", StringComparison.Ordinal))
            .Select(a => string.Join('/', PortAnswers.Counters(HccnText.Parse(a)).Values));
        errors.ShouldBe(["0/0", "0/0", "0/0", "0/0", "0/0", "11/12", "13/77", "0/0"]);
        var histories = answers.Where(a => a[2..].StartsWith("-link_stat ", StringComparison.Ordinal)).Select(a => LinkHistory.Of(HccnText.Parse(a))!);
        histories.Select(h => h.Changes[0].Up).ShouldBe([false, true, true, false, true, true, true, true]);
    }

    private static HccnText Read(string capture) => HccnText.Parse(Captures.Read($"ascend/hccn_tool_{capture}.txt"));
}
