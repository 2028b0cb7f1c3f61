using Agent.Adapters.NpuSmi;
using Agent.Configuration;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Engines.Chips;

namespace Agent.Tests.Engines;

public sealed class ChipInventoryTests : IDisposable
{
    private const string FirstBus = "0000:C1:00.0";
    private const string SecondBus = "0000:C2:00.0";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void What_is_learned_survives_a_restart_and_a_one_shot_look_keeps_nothing()
    {
        Inventory(keeps: false).Learn(Table((0, FirstBus, 3400)));
        Inventory().Expected.ShouldBeEmpty();
        Inventory().Learn(Table((0, FirstBus, 3400), (1, SecondBus, 3300)));
        Inventory().Expected.ShouldBe([Subject.Chip(0, 0), Subject.Chip(1, 0)]);
        Inventory().Find(Subject.Chip(1, 0))!.IdleMemoryMb.ShouldBe(3300);
        Inventory().ResetScope.ShouldBe(ResetScope.Host);
    }

    [Fact]
    public void Chips_that_swap_their_numbers_are_noticed_and_take_what_was_learned_with_them()
    {
        var chips = Inventory();
        chips.Learn(Table((0, FirstBus, 3400), (1, SecondBus, 2900)));
        var swapped = Table((0, SecondBus, 9000), (1, FirstBus, 9000));
        chips.Learn(swapped);
        chips.Find(Subject.Chip(0, 0))!.BusId.ShouldBe(FirstBus);

        chips.Identify(swapped).ShouldBe([$"0/0 was {FirstBus} and is {SecondBus}, which was 1/0", $"1/0 was {SecondBus} and is {FirstBus}, which was 0/0"]);
        chips.Find(Subject.Chip(0, 0))!.IdleMemoryMb.ShouldBe(2900);
        chips.Find(Subject.Chip(1, 0))!.IdleMemoryMb.ShouldBe(3400);
        chips.Identify(swapped).ShouldBeEmpty();
    }

    [Fact]
    public void A_chip_that_moved_to_a_new_number_is_not_missed_under_the_old_one()
    {
        var chips = Inventory();
        chips.Learn(Table((0, FirstBus, 3400), (1, SecondBus, 3400)));
        chips.Identify(Table((0, SecondBus, 3400)));
        chips.Expected.ShouldBe([Subject.Chip(0, 0)]);
    }

    [Fact]
    public void A_new_card_in_the_place_of_another_starts_without_history()
    {
        var chips = Inventory();
        chips.Learn(Table((0, FirstBus, 3400)));
        chips.IdentifyCard(0, "SN1").ShouldBeNull();
        chips.Find(Subject.Chip(0, 0))!.IdleMemoryMb.ShouldBe(3400);
        chips.IdentifyCard(0, "SN2").ShouldBe("SN1");
        chips.Find(Subject.Chip(0, 0))!.IdleMemoryMb.ShouldBeNull();
    }

    [Fact]
    public void An_idle_level_is_not_learned_while_a_process_is_on_the_chip_or_the_list_is_not_whole()
    {
        var chips = Inventory();
        var table = Table((0, FirstBus, 3400));
        chips.Learn(table with { Processes = [new ChipProcess(0, 0, 1, "python", 100, null)] });
        chips.Learn(table with { ListsProcesses = false });
        chips.Find(Subject.Chip(0, 0))!.IdleMemoryMb.ShouldBeNull();
    }

    [Fact]
    public void A_file_of_nonsense_is_learned_again()
    {
        File.WriteAllText(_folder.File("chips.json"), "{ \"chips\": 7");
        Inventory().Expected.ShouldBeEmpty();
    }

    public void Dispose() => _folder.Dispose();

    private ChipInventory Inventory(bool keeps = true) =>
        new(new ChipSettings([], null, 500, new Dictionary<string, string>(StringComparer.Ordinal)), _folder.Path, keeps);

    private static ChipTable Table(params (int Card, string Bus, long Used)[] chips) => new(
        "25.2.0",
        "25.2.0",
        [.. chips.Select(c => new ChipRow(c.Card, 0) { Model = "910B3", BusId = c.Bus, Condition = ChipCondition.Ok, ConditionText = "OK",
            HbmMb = new Usage(c.Used, 65536) })],
        [],
        [],
        [],
        Complete: true,
        ListsProcesses: true);
}
