using System.Globalization;
using Agent.Adapters.NpuSmi;

namespace Agent.Tests.Adapters;

/// <summary>Every capture of npu-smi, with what a person reads in it.</summary>
public sealed class NpuSmiCaptureTests
{
    // file | driver | whole | chips: card/chip model health bus power temp aicore ddr hbm | processes: card/chip pid name memory
    public static TheoryData<string, string, bool, string, string> Tables() => new()
    {
        { "910B3_24.1.rc1.b030_idle8", "24.1.rc1.b030", false,
            "0/0 910B3 OK 0000:C1:00.0 101.8W 43C 0% 0/0 3318/65536; 7/0 910B3 OK 0000:42:00.0 98.2W 44C 0% 0/0 3315/65536; of 8", "0" },
        { "910B3_25.2.0_one-busy", "25.2.0", true, "4/0 910B3 OK 0000:01:00.0 139.7W 45C 25% 0/0 21784/65536; of 8", "4/0 1601114 python 18429; of 1" },
        { "910_24.1.0_idle8", "24.1.0", true, "of 8", "0" },
        { "910B2C_23.0.2.1_process", "23.0.2.1", true,
            "0/0 910B2C OK 0000:5A:00.0 88.6W 51C 0% 0/0 20701/65536; 1/0 910B2C OK 0000:19:00.0 99.6W 50C 0% 0/0 20687/65536; of 2",
            "0/0 124528 python3.8 17400; of 1" },
        { "910B2C_24.1.rc2.2_numbering", "24.1.rc2.2", false, "of 2", "0" },
        { "910B2_25.3.rc1_container-NPU2", "25.3.rc1", true, "2/0 910B2 OK 0000:81:00.0 88W 33C 0% 0/0 3437/65536; of 1", "0" },
        { "910B2_26.x_multi-process_partial", "", true, "0/0 910B2 OK 0000:C1:00.0 90W 44C 0% 0/0 41842/65536; of 1",
            "0/0 1732754 python 150; 0/0 1732756 python 152; of 3" },
        { "910ProB_23.0.rc1_container-one-npu", "23.0.rc1", true, "of 1", "0" },
        { "910A_21.0.2", "21.0.2", true, "of 2", "0" },
        { "910A_21.0.4_partial", "21.0.4", true, "0/0 910A OK 0000:C1:00.0 70.9W 42C 0% 839/15170 1/32768; of 1", "0" },
        { "910A_23.0.5_Warning_doc", "23.0.5", false, "0/0 xxx Warning 0000:61:00.0 73.1W 37C 0% 920/13553 0/32768; of 1", "0" },
        { "910A_23.0.rc3_all-8-busy", "23.0.rc2.3", true, "6/0 xxx OK 0000:42:00.0 71.7W 37C 0% 4581/15137 30710/32768; of 8",
            "0/0 139667 python 30780; 7/0 139090 python 30780; of 8" },
        { "310P3_22.0.2_narrow", "22.0.2", true, "0/0 310P3 OK 0000:5E:00.0; of 1", "0" },
        { "310P3_22.0.2_hugepages-full", "22.0.2", true, "of 1", "0" },
        { "310P3_22.0.4_npuid-2144", "22.0.4", true, "2144/0 310P3 OK; of 1", "0" },
        { "310P3_25.5.1", "25.5.1", true, "4/0 310P3 OK 0000:81:00.0; 5/0 310P3 OK; of 2", "0" },
        { "310P3_25.5.1_vnpu", "25.5.1", true, "32768/0 310P3 OK 0000:81:00.0 -W 38C 0% 0/8192; of 1", "0" },
        { "310P3-Duo_25.2.0_partial", "25.2.0", false,
            "2/0 310P3 OK 0000:01:00.0 -W 70C 0% 1417/44216; 2/1 310P3 OK 0000:01:00.0 -W 69C 0% 1516/43757; of 2", "0" },
        { "310_21.0.3.1_4chips-one-card_partial", "21.0.3.1", false, "1/0 310 OK 0000:01:00.0 12.8W 49C 0% 2621/8192; of 1", "0" },
        { "310B4_23.0.0_Alarm", "23.0.0", true, "0/0 310B4 Alarm - 0W 65C 0% 3628/15609; of 1", "0" },
        { "310B_24.1.rc3_doc", "24.1.rc3", true, "0/0 310B OK -; of 1", "0" },
        { "A3_25.2.0_process", "25.2.0", true,
            "0/0 Ascend910 OK 0000:9C:00.0 162.8W 37C 0% 0/0 3133/65536; 0/1 Ascend910 OK 0000:9E:00.0 -W 37C 0% 0/0 2876/65536; 1/1 Ascend910 OK "
            + "0000:39:00.0 -W 38C 0% 0/0 10568/65536; of 4", "1/1 990711 python 7746; of 1" },
        { "A3_24.1.rc3.7_partial", "24.1.rc3.7", false,
            "0/0 Ascend910 OK 0000:9D:00.0 178.8W 36C 0% 0/0 3397/65536; 0/1 Ascend910 OK 0000:9F:00.0 -W 36C 0% 0/0 3186/65536; of 2", "0" },
        { "A3_26.0.rc2_partial", "26.0.rc2", false,
            "0/0 Ascend910 OK 0000:9D:00.0 162.6W 34C 0% 0/0 3419/65536; 7/1 Ascend910 OK 0000:83:00.0 -W 35C 0% 0/0 31877/65536; of 3",
            "0/0 632268 python3.1 197; of 1" },
        { "A3_hang_AICore0_workers-alive", "25.3.rc1.2", false,
            "0/0 Ascend910 OK 0000:9D:00.0 162.5W 39C 0% 0/0 62768/65536; 1/1 Ascend910 OK 0000:9B:00.0 -W 39C 0% 0/0 61757/65536; of 4", "0" },
        { "A3_xxx_container-pid-column", "xxx.xxx.xxx", true,
            "0/0 xxx OK 0000:9D:00.0 157.3W 32C 0% 0/0 3130/65536; 0/1 xxx OK 0000:9D:00.0 -W 32C 0% 0/0 3130/65536; of 2", "0" },
        { "910C1-name_24.1.rc3.3_partial", "24.1.rc3.3", false,
            "0/0 910C1 OK 0000:9D:00.0 198.7W 43C 0% 0/0 56844/65536; 0/1 910C1 OK 0000:9F:00.0 -W 43C 0% 0/0 56523/65536; of 2", "0" },
        { "910B4-1_25.5.1_hang_AICore100_partial", "25.5.1", false, "of 2", "0" },
        { "910B4_26.x_partial", "", true, "0/0 910B4 OK; of 1", "0" },
        { "950_doc", "x.x.x", true, "0/0 xxx OK 0000:91:00.0 204.4W 56C 0% 0/0 4439/86016; of 1", "0" },
        { "950PR_25.7.rc1.7_two-cards-Alarm", "25.7.rc1.7", false,
            "0/0 Ascend950PR OK 0000:71:00.0 276W 69C 99% 0/0 8824/131072; 1/0 Ascend950PR Alarm 0000:61:00.0 279.1W 74C 100% 0/0 10769/131072; of 2",
            "0/- 2066378 pytest 360; of 1" },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_table_is_read_as_a_person_reads_it(string capture, string driver, bool whole, string chips, string processes)
    {
        var table = NpuSmiTable.Parse(Captures.Read($"ascend/npu-smi_info_{capture}.txt"));
        var unread = string.Join('\n', table.Unread);
        (table.DriverVersion ?? "").ShouldBe(driver, unread);
        Expect(chips, table.Chips.Count, [.. table.Chips.Select(Text)], unread);
        Expect(processes, table.Processes.Count,
            [.. table.Processes.Select(p => $"{p.Card}/{p.Chip?.ToString(CultureInfo.InvariantCulture) ?? "-"} {p.ProcessId} {p.Name} {p.MemoryMb}")], unread);
        table.Complete.ShouldBe(whole, unread);
    }

    [Theory]
    [InlineData("npu-smi_info-t-health_310P3-Duo_25.5.1", "2944/0 Health=OK; 2944/1 Health=OK; controller Health=OK")]
    [InlineData("npu-smi_info-t-health-card_310B_with-mcu_doc", "0/0 Health=OK; controller Health=OK")]
    [InlineData("npu-smi_info-t-health_950_doc", "0/- Health=OK Error Code=-")]
    [InlineData("npu-smi_info-t-usages_310P3-Duo_25.5.1",
        "2944/0 DDR Capacity(MB)=44278 DDR Usage Rate(%)=2; 2944/1 DDR Capacity(MB)=43693 DDR Usage Rate(%)=3")]
    [InlineData("npu-smi_info-t-usages_910A_23.0.5", "0/0 HBM Capacity(MB)=31129 DDR Usage Rate(%)=6 Aicore Usage Rate(%)=0")]
    [InlineData("npu-smi_info-t-usages_950_doc", "0/- HBM Capacity(MB)=131072 Ctrlcpu Usage Rate(%)=40 NPU Utilization(%)=0")]
    [InlineData("npu-smi_info-t-usages_A3_short", "-/0 HBM Usage Rate(%)=4; -/1 HBM Usage Rate(%)=78")]
    [InlineData("npu-smi_info-t-common_310P3-Duo_25.5.1",
        "2944/0 Temperature(C)=45; 2944/1 Temperature(C)=47 Memory Usage Rate(%)=3; controller NPU Real-time Power(W)=42.8")]
    [InlineData("npu-smi_info-t-common_950_doc", "0/- Aicore Freq(MHZ)=1650 Aicore curFreq(MHZ)=100 NPU Real-time Power(W)=298.6")]
    [InlineData("npu-smi_info-t-ecc_910A_24.1.rc1_doc", "1/0 HBM Double Bit Error Count=0 DDR Single Bit Isolated Pages Count=0")]
    [InlineData("npu-smi_info-t-ecc_950_doc", "0/- HBM Double Bit Next-Isolated Pages Count=0 DDR Single Bit Error Count=-")]
    [InlineData("npu-smi_info-t-memory_310P3-Duo_25.5.1", "2944/0 Total DDR Capacity(MB)=49152 DDR Capacity(MB)=44278; 2944/1 DDR Clock Speed(MHz)=451")]
    [InlineData("npu-smi_info-t-memory_910B3_25.5.1", "-/- HBM Capacity(MB)=65536 HBM Temperature(C)=52 HBM Manufacturer ID=0x56")]
    [InlineData("npu-smi_info-t-memory_950_doc", "0/- HBM Clock Speed(MHz)=3200")]
    [InlineData("npu-smi_info-t-power_950_doc", "0/- NPU Real-time Power(W)=296.5")]
    [InlineData("npu-smi_info-t-temp_950_doc", "0/- Temperature (C)=53")]
    [InlineData("npu-smi_info-t-sensors_950_doc", "-/- Soc Max Temperature (C)=67 SFP Temperature (C)=- HBM Temperature (C)=63")]
    [InlineData("npu-smi_info-t-board_310P3-Duo_25.5.1",
        "2944/- Serial Number=2100000000ZERC000000 PCIe Bus Info=0000:0C:00.0 Chip Count=2 Chip Fault=0 Compatibility=OK")]
    [InlineData("npu-smi_info-t-board_310P_22.0.4.2_forum", "2/- Serial Number=2106030728EX00000000 Software Version=22.0.4.2")]
    [InlineData("npu-smi_info-t-board-card_910A_23.0.5", "0/- Software Version=23.0.5 PCI Device ID=0xD801 Class ID=-")]
    [InlineData("npu-smi_info-t-board-chip_910A_23.0.5", "0/0 VDie ID=42C711D4 20B03704 4A10C8D4 14CC040A D2102003 PCIe Bus Info=0000:61:00.0")]
    [InlineData("npu-smi_info-t-product_310P3-Duo_25.5.1", "2944/0 Product Type=Atlas 300I Duo; 2944/1 Product Type=Atlas 300I Duo")]
    [InlineData("npu-smi_info-t-current-fault-event_950_doc",
        "-/- Fault Event Count=1 Fault Event Information=event id=0x81AF8000, severity=2, node type ex=215, node id=0, sub node type ex=0, sub node id=0")]
    [InlineData("npu-smi_info-l_910B3_25.5.1", "-/- Total Count=8; 0/- Chip Count=1; 1/- Chip Count=1")]
    [InlineData("npu-smi_info-l_950_doc", "-/- Total Count=1; 0/- Serial Number=IT23HMDA0502FAA")]
    public void Blocks_are_read_as_a_person_reads_them(string capture, string expected)
    {
        var blocks = NpuSmiBlock.Parse(Captures.Read($"ascend/{capture}.txt"));
        var wanted = expected.Split("; ");
        blocks.Count.ShouldBe(wanted.Length);
        foreach (var (block, text) in blocks.Zip(wanted))
        {
            var name = block.IsController ? "controller" : $"{Id(block.Card)}/{Id(block.Chip)}";
            text.ShouldStartWith(name + " ");
            // A value goes on to where the next key begins.
            var rest = text[(name.Length + 1)..];
            foreach (var (key, value) in block.Values.Where(v => rest.Contains(v.Key + "=", StringComparison.Ordinal)))
                rest = rest.Replace($"{key}={(value is "NA" ? "-" : value)}", "", StringComparison.Ordinal);
            foreach (var absent in rest.Split("=-"))
                rest = block.Text(absent.Trim()) is null ? rest.Replace(absent + "=-", "", StringComparison.Ordinal) : rest;
            rest.Trim().ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("npu-smi_info-m_310P_with-mcu", "4/0=0")]
    [InlineData("npu-smi_info-m_910A_23.0.5", "0/0=0 1/0=1 2/0=2 3/0=3 4/0=4 5/0=5 6/0=6 7/0=7")]
    [InlineData("npu-smi_info-m_910B3_25.5.1_with-mcu", "0/0=0")]
    [InlineData("npu-smi_info-m_A3", "0/0=0 0/1=1 1/0=2")]
    [InlineData("npu-smi_info-m_950_doc", "0/0=0")]
    public void A_mapping_gives_the_logic_id_of_every_chip_and_leaves_the_controller_out(string capture, string ids) =>
        string.Join(' ', ChipMapping.Parse(Captures.Read($"ascend/{capture}.txt")).LogicIds.Select(i => $"{i.Key.Card}/{i.Key.Chip}={i.Value}")).ShouldBe(ids);

    [Fact]
    public void Processes_of_a_card_are_read_with_the_chip_that_follows_them()
    {
        ProcessMemory.Parse(Captures.Read("ascend/npu-smi_info-t-proc-mem_A3.txt"), 0).ShouldBe([new ChipProcess(0, 1, 3229095, "", 48208, null)]);
        ProcessMemory.Parse(Captures.Read("ascend/npu-smi_info-t-proc-mem_910B3_25.5.1.txt"), 0)
            .ShouldBe([new ChipProcess(0, null, 207795, "VLLMEngineCor", 55436, null)]);
        ProcessMemory.Parse(Captures.Read("ascend/npu-smi_info-t-proc-mem_950_doc.txt"), 0)
            .ShouldBe([new ChipProcess(0, null, 395864, "power_test", 5118, null)]);
    }

    [Fact]
    public void A_health_alarm_gives_every_code_and_every_text()
    {
        var health = ChipHealth.Parse(Captures.Read("ascend/npu-smi_info-t-health-alarm_910A_23.0.5.txt"))!;
        health.ErrorCodes.ShouldBe(["A4025021", "8C03A000", "8C084E00"]);
        health.Information.Count.ShouldBe(3);
        health.Information[2].ShouldContain("Heartbeat Lost");
    }

    [Theory]
    [InlineData("npu-smi_info-watch_910", 3, "2 0 90.1 34 0 5")]
    [InlineData("npu-smi_info-watch_310B4", 3, "0 0 8.7 55 0 71")]
    [InlineData("npu-smi_info-watch_950_doc", 8, "0 - 290.4 51 0 3")]
    public void Watch_is_read_row_by_row(string capture, int rows, string first)
    {
        var watch = SpacedTable.Parse(Captures.Read($"ascend/{capture}.txt"), "NpuID(Idx)");
        watch.Count.ShouldBe(rows);
        string.Join(' ', ((string[])["NpuID(Idx)", "ChipId(Idx)", "Pwr(W)", "Temp(C)", "AI Core(%)", "Memory(%)"])
            .Select(c => watch[0].GetValueOrDefault(c, "-"))).ShouldBe(first);
    }

    [Fact]
    public void A_topology_tells_how_two_chips_are_linked_and_which_cores_are_near()
    {
        var topology = ChipTopology.Parse(Captures.Read("ascend/npu-smi_info-t-topo_910B3_24.1.rc1.b030.txt"));
        topology.Links["NPU0"]["NPU7"].ShouldBe("HCCS");
        topology.CpuAffinity["NPU4"].ShouldBe("0-23");
        var pairs = ChipTopology.Parse(Captures.Read("ascend/npu-smi_info-t-topo_950_2P_doc.txt"));
        pairs.Links.Count.ShouldBe(8);
        pairs.Links["NPU4"]["NPU5"].ShouldBe("UB");
        pairs.CpuAffinity["NPU7"].ShouldBe("64-127,192-255");
    }

    [Theory]
    [InlineData("npu-smi_info_error_-8005", "-8005")]
    [InlineData("npu-smi_info_error_-8020_conLogLevel", "-8020")]
    [InlineData("npu-smi_info-t-board-invalid-card", "no such card")]
    [InlineData("npu-smi_set-t-reset_not-supported_310B_doc", "does not support")]
    [InlineData("npu-smi_not-supported_messages_910B3_25.5.1", "does not support")]
    [InlineData("container_device_used_chain", "-8020")]
    public void What_is_no_answer_is_a_problem_with_a_cause_and_a_next_step(string capture, string cause)
    {
        var problem = NpuSmiMessages.ProblemIn(Captures.Read($"ascend/{capture}.txt"))!;
        problem.Cause.ShouldContain(cause);
        problem.NextStep.ShouldNotBeEmpty();
    }

    private static string Id(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Text(ChipRow c) => string.Create(
        CultureInfo.InvariantCulture,
        $"{c.Card}/{c.Chip} {c.Model} {c.ConditionText} {c.BusId ?? "-"} {c.PowerWatts?.ToString(CultureInfo.InvariantCulture) ?? "-"}W "
            + $"{c.TemperatureCelsius}C {c.AiCorePercent}% {c.MemoryMb?.Used}/{c.MemoryMb?.Total}{(c.HbmMb is { } hbm ? $" {hbm.Used}/{hbm.Total}" : "")}");

    private static void Expect(string expected, int count, IReadOnlyList<string> found, string unread)
    {
        foreach (var one in expected.Split("; "))
        {
            if (one == "0")
                count.ShouldBe(0, unread);
            else if (one.StartsWith("of ", StringComparison.Ordinal))
                count.ShouldBe(int.Parse(one[3..], CultureInfo.InvariantCulture), unread);
            else
                found.ShouldContain(f => f == one || f.StartsWith(one + " ", StringComparison.Ordinal), string.Join('\n', found) + unread);
        }
    }
}
