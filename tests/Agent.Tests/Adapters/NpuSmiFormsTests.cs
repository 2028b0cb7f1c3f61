using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;

namespace Agent.Tests.Adapters;

/// <summary>Forms that drivers print, and what stands around an answer in the field.</summary>
public sealed class NpuSmiFormsTests
{
    [Fact]
    public void Four_chips_of_a_card_are_four_chips_and_what_is_not_measured_is_not_zero()
    {
        var table = Whole(NpuSmiForms.FourChipsOnACard);
        table.Chips.Select(c => (c.Card, c.Chip, c.LogicId, c.BusId)).ShouldBe([(2, 0, 0, "0000:03:00.0"), (2, 1, 1, null), (2, 2, 2, null), (2, 3, 3, null)]);
        table.Chips.Select(c => c.Condition).ShouldBe([ChipCondition.Ok, ChipCondition.Warning, ChipCondition.Unknown, ChipCondition.Unknown]);
        table.Chips.Select(c => c.ConditionText).ShouldBe(["OK", "Warning", "Offline", "UNKNOWN"]);
        table.Chips.Select(c => c.MemoryMb).ShouldBe([new Usage(2621, 8192), new Usage(2621, 8192), null, null]);
        table.Chips.Select(c => c.AiCorePercent).ShouldBe([7, 0, null, null]);
        (table.Chips[3].PowerWatts, table.Chips[3].TemperatureCelsius).ShouldBe((null, null));
        table.ListsProcesses.ShouldBeFalse("this driver has no process section");
    }

    [Fact]
    public void Two_chips_of_a_card_keep_their_own_health_memory_and_processes()
    {
        var table = Whole(NpuSmiForms.TwoChipsOnACard);
        table.Chips.Select(c => (c.Chip, c.PhysicalId, c.Condition, c.PowerWatts))
            .ShouldBe([(0, 0, ChipCondition.Ok, 171.4), (1, 1, ChipCondition.Critical, null)]);
        table.Chips.Select(c => c.HbmMb).ShouldBe([new Usage(62768, 65536), new Usage(131071, 131072)]);
        table.Processes.ShouldBe([new(0, 0, 632268, "VLLMWorker_TP", 55210, 417), new(0, 0, 632269, "", 105, null),
            new(0, 1, 632269, "VLLMWorker_TP", 55198, 418)]);
        table.ListsProcesses.ShouldBeTrue();
    }

    [Fact]
    public void A_table_without_a_chip_column_has_one_chip_a_card()
    {
        var table = Whole(NpuSmiForms.WithoutChipColumn);
        table.Chips.Select(c => (c.Card, c.Chip, c.Condition, c.AiCorePercent, c.PowerWatts))
            .ShouldBe([(0, 0, ChipCondition.Ok, 12, 204.4), (1, 0, ChipCondition.Alarm, null, null)]);
        table.Processes.ShouldBe([new(1, null, 2066378, "python3", 360, null)]);
    }

    [Fact]
    public void A_slot_number_is_the_card_and_the_device_its_logic_id()
    {
        var table = Whole(NpuSmiForms.SlotNumbers);
        table.Chips.Select(c => (c.Card, c.Chip, c.LogicId, c.PowerWatts, c.Hugepages))
            .ShouldBe([(2144, 0, 0, null, new Usage(15, 15)), (2144, 1, 1, null, new Usage(0, 15))]);
    }

    [Fact]
    public void A_card_without_a_process_of_the_container_is_still_listed()
    {
        var table = Whole(NpuSmiForms.TwoChipsOnACard[..NpuSmiForms.TwoChipsOnACard.IndexOf("| 0       0                 | 632268", StringComparison.Ordinal)]
            + "| No running processes found in NPU 0                                                                              |\n"
            + "+===========================+===============+=====================+====================+===========================+\n");
        table.Processes.ShouldBeEmpty();
        table.ListsProcesses.ShouldBeTrue();
    }

    public static TheoryData<string> Around() => ["{0}\r\n", "\u001b[32m{0}\u001b[0m\n", "> {0}\n", "\u00a0{0}\n", "\t{0}   \n", "\ufeff{0}\n"];

    [Theory]
    [MemberData(nameof(Around))]
    public void What_a_terminal_or_a_report_puts_around_a_line_changes_nothing(string form)
    {
        foreach (var text in NpuSmiForms.Tables)
        {
            var table = Whole(string.Concat(text.Split('\n').Select(l => form.Replace("{0}", l, StringComparison.Ordinal))));
            table.Chips.Select(c => (c.Card, c.Chip, c.ConditionText, c.BusId, c.HbmMb))
                .ShouldBe(NpuSmiTable.Parse(text).Chips.Select(c => (c.Card, c.Chip, c.ConditionText, c.BusId, c.HbmMb)));
        }
    }

    [Fact]
    public async Task Prompts_and_warnings_around_a_whole_table_change_nothing()
    {
        foreach (var text in NpuSmiForms.Tables)
        {
            var printed = "[root@host ~]# npu-smi info\n[WARNING]The driver package may not be completely installed, see the log.\nnpu get board type "
                + "failed. ret is -9005\n"
                + text + "\nFailed to query \"power\" info.\n[root@host ~]# \n";
            var answer = await new NpuSmi(new ScriptedProcesses(ProcessEnd.Exited, printed), "npu-smi", TimeSpan.FromSeconds(1))
                .TableAsync(CancellationToken.None);
            answer.Value!.Chips.Count.ShouldBe(NpuSmiTable.Parse(text).Chips.Count);
        }
    }

    [Theory]
    [InlineData("NPU ID  Slot ID  Chip ID  Chip Phy-ID  Chip Name\n2144    3        0        5            Ascend950\n", "2144/0=5")]
    [InlineData("NPU ID   Chip ID   Chip Logic ID   Chip Phy ID   Chip Name\r\n8        0         6               14            Ascend910\r\n8        1      "
        + "   7               15            Ascend910\r\n8        2         -               -             Mcu\r\n", "8/0=6 8/1=7")]
    [InlineData("NPU ID Chip ID Chip Logic ID Chip Name\n0 0 0 Ascend 310P3\n0 1 - Mcu\n", "0/0=0")]
    [InlineData("\u001b[1mNPU ID   Rack ID   Chip ID   Chip Logic ID   Chip Name\u001b[0m\n4        9         0         2               910B3\n", "4/0=2")]
    public void A_mapping_is_read_by_the_names_of_its_columns(string text, string ids) =>
        string.Join(' ', ChipMapping.Parse(text).LogicIds.Select(i => $"{i.Key.Card}/{i.Key.Chip}={i.Value}")).ShouldBe(ids);

    [Fact]
    public void Load_is_read_under_the_keys_of_old_and_new_drivers()
    {
        ChipLoad.Parse("\tNPU ID                         : 3\n\tChip Count                     : 1\n\n\tChip ID                        : 0\n\tAICore Usage "
            + "Rate(%)           : 9\n\tNPU Temperature (C)            : 61\n\tPower Dissipation(W)           : 70.5\n\tAicore Freq(MHZ)               : "
            + "-\n\n\tChip Name                      : mcu\n\tTemperature(C)                 : 40\n")
            .ShouldBe([new ChipLoad(0, 61, null, null, 9, 70.5)]);
        ChipLoad.HbmCelsius("HBM Temperature (C) : 52\r\nChip ID : 1\r\n").ShouldBe(new Dictionary<int, double> { [1] = 52 });
    }

    [Fact]
    public void Memory_errors_of_a_chip_without_one_of_the_memories_are_those_of_the_other()
    {
        var errors = MemoryErrors.Parse(
            "\tNPU ID : 0\n\tHBM Single Bit Error Count : N/A\n\tHBM Double Bit Error Count : -\n\tDDR Single Bit Error Count : 4\n\tDDR Double Bit Error "
            + "Count : 1\n\tChip ID : 2\n").ShouldHaveSingleItem();
        (errors.Chip, errors.SingleBit, errors.DoubleBit, errors.PendingPages).ShouldBe((2, 4, 1, null));
    }

    [Fact]
    public void Health_without_codes_has_none_however_that_is_written()
    {
        foreach (var none in (string[])["NA", "N/A", "-", ""])
            ChipHealth.Parse($"\tHealth Status : OK\n\tError Code : {none}\n\tError Information : {none}\n")!.ShouldSatisfyAllConditions(h =>
                h.ErrorCodes.ShouldBeEmpty(), h => h.Information.ShouldBeEmpty());
    }

    [Fact]
    public void Processes_are_read_beside_lines_that_a_name_could_not_be_found() =>
        ProcessMemory.Parse("Get pid name failed.\r\nProcess id:3229095 Process name:                  Process memory(MB):48208\r\nProcess id:77      "
            + "Process name:VLLM Engine       Process memory(MB):12\r\nChip ID                        : 0\r\n\r\nNo process in device.\r\nChip ID            "
            + "            : 1\r\n", 5)
            .ShouldBe([new ChipProcess(5, 0, 3229095, "", 48208, null), new ChipProcess(5, 0, 77, "VLLM Engine", 12, null)]);

    private static ChipTable Whole(string text)
    {
        var table = NpuSmiTable.Parse(text);
        table.Unread.ShouldBeEmpty();
        table.Complete.ShouldBeTrue();
        return table;
    }
}
