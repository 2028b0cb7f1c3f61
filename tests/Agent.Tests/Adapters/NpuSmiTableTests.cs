using Agent.Adapters.NpuSmi;

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
        table.ListsProcesses.ShouldBeTrue();
        (table.ToolVersion, table.DriverVersion).ShouldBe(("25.2.0", "25.2.0"));
        var busy = table.Chips[0];
        (busy.Card, busy.Chip, busy.Model, busy.Condition, busy.BusId).ShouldBe((4, 0, "910B3", ChipCondition.Ok, "0000:01:00.0"));
        (busy.PowerWatts, busy.TemperatureCelsius, busy.AiCorePercent).ShouldBe((139.7, 45, 25));
        (busy.MemoryMb, busy.HbmMb, busy.Hugepages).ShouldBe((new Usage(0, 0), new Usage(21784, 65536), new Usage(0, 0)));
        table.Chips[1].Condition.ShouldBe(ChipCondition.Alarm);
        table.Processes.ShouldHaveSingleItem().ShouldBe(new ChipProcess(4, 0, 1601114, "VLLMWorker_TP", 18429, null));
    }

    [Fact]
    public void A_table_that_is_cut_anywhere_is_whole_only_where_all_chips_were_printed()
    {
        var whole = TwoChips.TrimEnd().Length;
        for (var length = 0; length < whole; length++)
        {
            var table = NpuSmiTable.Parse(TwoChips[..length]);
            var cut = $"cut after {length} of {whole} characters: {TwoChips[..length][^Math.Min(40, length)..]}";
            table.ListsProcesses.ShouldBeFalse(cut);
            if (table.Complete)
                table.Chips.Count.ShouldBe(2, cut);
        }
    }

    [Fact]
    public void A_column_that_is_not_known_is_kept_under_its_name()
    {
        var table = NpuSmiTable.Parse(TwoChips.Replace("Temp(C)           Huge", "Temp(C)  Fan(%)   Huge", StringComparison.Ordinal)
            .Replace("45                0 ", "45       61       0 ", StringComparison.Ordinal)
            .Replace("37                0 ", "37       NA       0 ", StringComparison.Ordinal));
        table.Complete.ShouldBeTrue();
        table.Chips.Select(c => c.Other["Fan(%)"]).ShouldBe(["61", "NA"]);
        table.Chips[0].Hugepages.ShouldBe(new Usage(0, 0));
    }

    [Fact]
    public void A_row_that_is_not_known_is_kept_and_the_table_is_not_whole()
    {
        var table = NpuSmiTable.Parse(TwoChips.Replace("| 5     910B3 ",
            "| Sensor 7                  | 12            | x                                                  |\n| 5     910B3 ", StringComparison.Ordinal));
        table.Complete.ShouldBeFalse();
        table.Unread.ShouldHaveSingleItem().ShouldContain("Sensor 7");
        table.Chips.Count.ShouldBe(2);
    }

    [Fact]
    public void A_chip_without_its_first_row_is_not_ready_and_known_by_its_bus_id()
    {
        var lines = TwoChips.Split('\n').Where(l => !l.Contains("5     910B3", StringComparison.Ordinal));
        var table = NpuSmiTable.Parse(string.Join('\n', lines));
        table.NotReady.ShouldBe(["0000:02:00.0"]);
        table.Chips.ShouldHaveSingleItem().Card.ShouldBe(4);
    }

    // An Alarm in one chip of a card must never be read as the health of another.
    [Fact]
    public void Two_first_rows_in_a_row_never_mix_two_chips()
    {
        var lines = TwoChips.Split('\n').Where(l => !l.Contains("0000:01:00.0", StringComparison.Ordinal));
        var table = NpuSmiTable.Parse(string.Join('\n', lines));
        table.Complete.ShouldBeFalse();
        table.Chips.ShouldHaveSingleItem().BusId.ShouldBe("0000:02:00.0");
        table.Chips[0].Card.ShouldBe(5);
    }

    // Found by mutation: the header of the processes had changed places with a row, and a cut behind it looked like the end.
    [Theory]
    [InlineData("| 5     910B3 ")]
    [InlineData("| 0                         | 0000:02:00.0 ")]
    [InlineData("| 0                         | 0000:01:00.0 ")]
    public void A_header_of_processes_among_the_chips_does_not_end_them(string place)
    {
        var lines = TwoChips.Split('\n').ToList();
        var at = lines.FindIndex(l => l.StartsWith(place, StringComparison.Ordinal));
        var header = lines.First(l => l.Contains("Process id", StringComparison.Ordinal));
        NpuSmiTable.Parse(string.Join('\n', [.. lines[..at], header])).Complete.ShouldBeFalse();
        NpuSmiTable.Parse(string.Join('\n', [.. lines[..at], header, .. lines[at..]])).Complete.ShouldBeFalse();
    }

    [Fact]
    public void A_health_answer_gives_its_codes_and_all_its_texts()
    {
        var health = ChipHealth.Parse("\tHealth Status                  : Alarm\n\tError Code                     : A4025021 8C03A000\n\tError Information   "
            + "           : heart beat lost\n\n\t                               : node type=adda\n")!;
        health.Status.ShouldBe("Alarm");
        health.ErrorCodes.ShouldBe(["A4025021", "8C03A000"]);
        health.Information.ShouldBe(["heart beat lost", "node type=adda"]);
        ChipHealth.Parse("Error parameter of -t").ShouldBeNull();
    }

    [Fact]
    public void The_mapping_leaves_the_management_controller_out() =>
        ChipMapping.Parse("NPU ID   Chip ID   Chip Logic ID   Chip Name\n3        0         1               Ascend 910B3\n3        1         -               "
            + "Mcu\n").LogicIds
            .ShouldBe(new Dictionary<(int, int), int> { [(3, 0)] = 1 });
}
