using Agent.Adapters.NpuSmi;
using CsCheck;

namespace Agent.Tests.Adapters;

public sealed class NpuSmiTableTests
{
    /// <summary>Two chips of a 910B3 host in the layout of driver 25, one of them busy and the other in alarm.</summary>
    private const string TwoChips = """
        +------------------------------------------------------------------------------------------------+
        | npu-smi 25.2.0                   Version: 25.2.0                                               |
        +---------------------------+---------------+----------------------------------------------------+
        | NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|
        | Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |
        +===========================+===============+====================================================+
        | 4     910B3               | OK            | 139.7       45                0    / 0             |
        | 0                         | 0000:01:00.0  | 25          0    / 0          21784/ 65536         |
        +===========================+===============+====================================================+
        | 5     910B3               | Alarm         | 95.8        37                0    / 0             |
        | 0                         | 0000:02:00.0  | 0           0    / 0          3400 / 65536         |
        +===========================+===============+====================================================+
        +---------------------------+---------------+----------------------------------------------------+
        | NPU     Chip              | Process id    | Process name             | Process memory(MB)      |
        +===========================+===============+====================================================+
        | 4       0                 | 1601114       | VLLMWorker_TP            | 18429                   |
        +===========================+===============+====================================================+
        | No running processes found in NPU 5                                                            |
        +===========================+===============+====================================================+

        """;

    [Fact]
    public void Chips_and_their_processes_are_read()
    {
        var table = NpuSmiTable.Parse(TwoChips);
        table.Complete.ShouldBeTrue();
        table.DriverVersion.ShouldBe("25.2.0");
        table.Chips[0].ShouldBe(new ChipRow(4, 0, null, "910B3", ChipCondition.Ok, "OK", "0000:01:00.0", 139.7, 45, 25, 0, 0, 21784, 65536));
        table.Chips[1].Condition.ShouldBe(ChipCondition.Alarm);
        table.Processes.ShouldHaveSingleItem().ShouldBe(new ChipProcess(4, 0, 1601114, "VLLMWorker_TP", 18429, null));
    }

    [Fact]
    public void A_table_that_is_cut_anywhere_is_never_a_whole_table()
    {
        var whole = TwoChips.TrimEnd().Length;
        for (var length = 0; length < whole; length++)
            NpuSmiTable.Parse(TwoChips[..length]).Complete.ShouldBeFalse($"cut after {length} of {whole} characters: {TwoChips[..length][^Math.Min(40, length)..]}");
    }

    [Fact]
    public void Damage_never_throws_and_never_makes_a_whole_table_with_fewer_chips() =>
        Gen.Select(Gen.Int[0, TwoChips.Length - 1], Gen.Int[0, 3], Gen.Char).Array[1, 4].Sample(
            damages =>
            {
                var text = TwoChips;
                foreach (var (at, kind, character) in damages)
                {
                    var place = Math.Min(at, text.Length - 1);
                    text = kind switch
                    {
                        0 => text[..place] + character + text[(place + 1)..],
                        1 => text[..place] + character + text[place..],
                        2 => text[..place] + "\nDrvMngGetConsoleLogLevel failed.\n" + text[place..],
                        _ => text[..place] + text[Math.Min(text.Length, place + 30)..],
                    };
                }

                var table = NpuSmiTable.Parse(text);
                if (table.Complete)
                    table.Chips.Count.ShouldBe(2);
            },
            iter: 20_000);

    // What a person reads in each capture: chips, driver, the first chip and one figure that stands out.
    [Theory]
    [InlineData("npu-smi_info_910B3_24.1.rc1.b030_idle8.txt", 8, "24.1.rc1.b030", "0/0 910B3 0000:C1:00.0", 3318)]
    [InlineData("npu-smi_info_910B3_25.2.0_one-busy.txt", 8, "25.2.0", "0/0 910B3 0000:C1:00.0", 3407)]
    [InlineData("npu-smi_info_A3_25.2.0_process.txt", 4, "25.2.0", "0/0 Ascend910 0000:9C:00.0", 3133)]
    [InlineData("npu-smi_info_310P3_25.5.1.txt", 2, "25.5.1", "4/0 310P3 0000:81:00.0", 1848)]
    [InlineData("npu-smi_info_310P3_22.0.2_narrow.txt", 1, "22.0.2", "0/0 310P3 0000:5E:00.0", 931)]
    [InlineData("npu-smi_info_950PR_25.7.rc1.7_two-cards-Alarm.txt", 2, "25.7.rc1.7", "0/0 Ascend950PR 0000:71:00.0", 8824)]
    public void Real_tables_are_read_as_a_person_reads_them(string capture, int chips, string driver, string first, long memory)
    {
        var table = NpuSmiTable.Parse(Captures.Read("ascend/" + capture));
        table.Chips.Count.ShouldBe(chips, string.Join('\n', table.Unread));
        table.DriverVersion.ShouldBe(driver);
        var row = table.Chips[0];
        $"{row.Card}/{row.Chip} {row.Model} {row.BusId}".ShouldBe(first);
        (row.HbmTotalMb is > 0 ? row.HbmUsedMb : row.MemoryUsedMb).ShouldBe(memory);
    }

    [Fact]
    public void A_health_answer_gives_its_codes_and_all_its_texts()
    {
        var health = ChipHealth.Parse("\tHealth Status                  : Alarm\n\tError Code                     : A4025021 8C03A000\n\tError Information              : heart beat lost\n\n\t                               : node type=adda\n")!;
        health.Status.ShouldBe("Alarm");
        health.ErrorCodes.ShouldBe(["A4025021", "8C03A000"]);
        health.Information.ShouldBe(["heart beat lost", "node type=adda"]);
        ChipHealth.Parse("Error parameter of -t").ShouldBeNull();
    }

    [Fact]
    public void The_mapping_leaves_the_management_controller_out() =>
        ChipMapping.Parse("NPU ID   Chip ID   Chip Logic ID   Chip Name\n3        0         1               Ascend 910B3\n3        1         -               Mcu\n").LogicIds
            .ShouldBe(new Dictionary<(int, int), int> { [(3, 0)] = 1 });
}
