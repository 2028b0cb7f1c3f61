using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Configuration.Engines;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Engines.Chips;
using Agent.Engines.Starting;
using Agent.Tests.Bundles;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

/// <summary>Which devices the chips of an engine are, when npu-smi info -m answers and when it does not.</summary>
public sealed class ChipNumberingTests : IDisposable
{
    private const string Whole = "NPU ID   Chip ID   Chip Logic ID   Chip Phy-ID   Chip Name\n0  0  0  0  Ascend910\n0  1  1  1  Ascend910\n1  0  2  2  "
        + "Ascend910\n1  1  3  3  Ascend910\n";
    private const string Shifted = "NPU ID   Chip ID   Chip Logic ID   Chip Name\n2  0  0  910B3\n5  0  1  910B3\n";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("hangs")]
    [InlineData("fails")]
    [InlineData("")]
    [InlineData("NPU ID   Chip ID   Chip Logic ID   Chip Name\n0  0  0  Ascend910\n0  1")]
    [InlineData("NPU ID   Chip ID   Chip Logic ID   Chip Name\n0  0  0  Ascend910\n0  1  1")]
    [InlineData("NPU ID   Chip ID   Chip Logic ID   Chip Name\n0  0  0  Ascend910\n0  1  0  Ascend910\n")]
    [InlineData("0 1 2 3 4 5\n\u0001\u0002 garbage\n")]
    public async Task The_tables_own_numbers_are_taken_when_the_mapping_does_not_tell(string mapping)
    {
        // Two dies a card: the card's number is 0 for both.
        (await IdsAsync("[0/0, 0/1]", mapping, A3())).ShouldBe([0, 1]);
        (await IdsAsync("[1/1, 1/0]", mapping, A3())).ShouldBe([3, 2]);
        (await IdsAsync("[5/0]", mapping, Table("Device", (4, 0, "0", "81"), (5, 0, "1", "85")))).ShouldBe([1]);
    }

    [Fact]
    public async Task A_mapping_that_answers_is_the_first_word() =>
        (await IdsAsync("[0/1, 1/0]", Whole, Table("Phy-ID", (0, 0, "1", "9C"), (0, 1, "0", "9E")))).ShouldBe([1, 2]);

    [Theory]
    [InlineData("4", "5")]
    [InlineData("0", "2")]
    [InlineData("1", "1")]
    [InlineData("0", "NA")]
    public async Task Physical_numbers_of_a_part_of_the_host_are_no_logic_ids(string first, string second) =>
        (await RefusalAsync("[0/0, 0/1]", "hangs",
            Table("Phy-ID", (0, 0, first, "9C"), (0, 1, second, "9E")))).ShouldContain("the table of npu-smi info has no device number for each of them");

    [Fact]
    public async Task Nothing_is_guessed_and_the_text_names_chips_cause_and_next_step()
    {
        var text = await RefusalAsync("[0/0, 0/1]", "hangs", Plain());
        text.ShouldContain("which devices the chips 0/0, 0/1 are: npu-smi info -m: ");
        text.ShouldContain("no earlier answer is kept");
        text.ShouldContain("run `npu-smi info -m` by hand");
        (await RefusalAsync("[0/0]", "hangs", "hangs")).ShouldContain("npu-smi info: ");
    }

    [Fact]
    public async Task The_last_good_answer_survives_the_agent_and_a_reboot_while_the_same_devices_are_there()
    {
        await LearnAsync(Shifted, Plain());
        (await IdsAsync("[5/0, 2/0]", "hangs", Plain())).ShouldBe([1, 0]);
        (await IdsAsync("[5/0]", "", Plain(), boot: "another-boot")).ShouldBe([1]);
        (await IdsAsync("[5/0]", "hangs", "hangs")).ShouldBe([1], "no device moves within a boot");
    }

    [Fact]
    public async Task It_is_true_of_no_other_devices()
    {
        await LearnAsync(Shifted, Plain());
        (await RefusalAsync("[5/0]", "hangs", Table(null, (2, 0, "", "C1"), (5, 0, "", "C9")))).ShouldContain("of other chips or of another boot");
        (await RefusalAsync("[5/0]", "hangs", Table(null, (2, 0, "", "C2"), (5, 0, "", "C1")))).ShouldNotBeEmpty("they swapped");
        (await RefusalAsync("[5/0]", "hangs", Table(null, (5, 0, "", "C2")))).ShouldNotBeEmpty("one is gone, and numbers may have moved up");
        (await RefusalAsync("[5/0]", "hangs", "hangs", boot: "another-boot")).ShouldNotBeEmpty("nobody shows which devices are there");
        await LearnAsync("NPU ID   Chip ID   Chip Logic ID   Chip Name\n2  0  1  910B3\n5  0  0  910B3\n", Table(null, (2, 0, "", "C1"), (5, 0, "", "C9")));
        (await IdsAsync("[5/0]", "hangs", Table(null, (2, 0, "", "C1"), (5, 0, "", "C9")))).ShouldBe([0]);
    }

    [Fact]
    public async Task Chips_without_bus_ids_are_the_same_within_one_boot_only()
    {
        var table = Table(null, (0, 0, "", null), (1, 0, "", null));
        await LearnAsync("NPU ID Chip ID Chip Logic ID Chip Name\n0 0 1 310B\n1 0 0 310B\n", table);
        (await IdsAsync("[0/0]", "hangs", table)).ShouldBe([1]);
        (await RefusalAsync("[0/0]", "hangs", table, boot: "another-boot")).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("environment: { ASCEND_RT_VISIBLE_DEVICES: '0,1' }")]
    [InlineData("kind: systemd\n    unit: { name: vllm.service }")]
    public async Task Who_is_given_no_numbers_needs_none(string settings) =>
        (await Numbering("hangs", "hangs").OfAsync(Engine("[0/0, 0/1]", settings), CancellationToken.None)).Problem.ShouldBeNull();

    [Fact]
    public async Task A_refused_start_says_so_by_a_fault_of_its_own_and_is_in_the_way_until_the_chips_can_be_told()
    {
        using var scene = new EvidenceScene();
        var answer = "hangs";
        var npuSmi = NpuSmi(() => answer, () => Table(null, (0, 0, "", "C1"), (1, 0, "", "C2")));
        var numbering = StartScene.Numbering(npuSmi);
        var (started, detail) = await new EngineStarter(numbering, StartScene.Checks(npuSmi), TimeProvider.System).StartAsync(scene.Engine,
            CancellationToken.None);
        started.ShouldBeFalse(detail);
        scene.Engine.Handle.Refusal!.Fault.ShouldBe(FaultCodes.EngineChipsUnknown);
        var outlook = new StartOutlook(scene.Engine, numbering, new FakeTimeProvider(Story.Start));
        outlook.Look(EngineLife.Stopped, null, Story.Start)!.RefusedFault.ShouldBe(FaultCodes.EngineChipsUnknown);

        answer = "NPU ID Chip ID Chip Logic ID Chip Name\n0 0 0 910B3\n1 0 1 910B3\n";
        await numbering.LookAsync(NpuSmiTable.Parse(Table(null, (0, 0, "", "C1"), (1, 0, "", "C2"))), CancellationToken.None);
        outlook.Look(EngineLife.Stopped, null, Story.Start).ShouldBeNull();
    }

    public void Dispose() => _folder.Dispose();

    private async Task LearnAsync(string mapping, string table) => await Numbering(mapping, table).LookAsync(NpuSmiTable.Parse(table), CancellationToken.None);

    private async Task<IReadOnlyList<int>?> IdsAsync(string chips, string mapping, string table, string boot = "a-boot") =>
        (await Numbering(mapping, table, boot).OfAsync(Engine(chips), CancellationToken.None)).Ids;

    private async Task<string> RefusalAsync(string chips, string mapping, string table, string boot = "a-boot")
    {
        var (ids, problem) = await Numbering(mapping, table, boot).OfAsync(Engine(chips), CancellationToken.None);
        ids.ShouldBeNull();
        return problem!;
    }

    /// <summary>Another agent each time: what it knows of before it has read.</summary>
    private ChipNumbering Numbering(string mapping, string table, string boot = "a-boot") =>
        StartScene.Numbering(NpuSmi(() => mapping, () => table), _folder.Path, boot);

    private static NpuSmi NpuSmi(Func<string> mapping, Func<string> table) =>
        new(new AnsweringProcesses(command => Answer(command.EndsWith("-m", StringComparison.Ordinal) ? mapping() : table())), "npu-smi",
        TimeSpan.FromSeconds(1));

    private static (ProcessEnd End, int ExitCode, string Output) Answer(string text) => text switch
    {
        "hangs" => (ProcessEnd.TimedOut, -1, ""),
        "fails" => (ProcessEnd.Exited, 187, "dcmi module initialize failed. ret is -8005\n"),
        _ => (ProcessEnd.Exited, 0, text),
    };

    private static EngineSettings Engine(string chips, string more = "port: 8000")
    {
        var load = SettingsFile.Parse("t.yaml", $"engines:\n  - name: a\n    model: /m\n    chips: {chips}\n    {more}\n", _ => false);
        load.Problems.ShouldBeEmpty();
        return load.Settings!.Engines[0];
    }

    private static string A3() => Captures.Read("ascend/npu-smi_info_A3_25.2.0_process.txt");

    private static string Plain() => Table(null, (2, 0, "", "C1"), (5, 0, "", "C2"));

    private static string Table(string? column, params (int Card, int Chip, string Number, string? Bus)[] chips)
    {
        const string Ruler = "+---------------------------+---------------+----------------------------------------------------+\n";
        var text = $"+{new string('-', 96)}+\n| npu-smi 25.2.0                   Version: 25.2.0                                               |\n" + Ruler
            + "| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|\n"
            + $"| {$"Chip  {column}",-25} | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |\n" + Ruler.Replace('-', '=');
        foreach (var (card, chip, number, bus) in chips)
        {
            text += $"| {card,-5} {"910B3",-19} | {"OK",-13} | {"94.8",-11} {36,-17} {"0    / 0",-20} |\n"
                + $"| {$"{chip,-5} {number}",-25} | {(bus is null ? "NA" : $"0000:{bus}:00.0"),-13} | {0,-11} {"0    / 0",-17} {"3400 / 65536",-20} |\n"
                    + Ruler.Replace('-', '=');
        }

        text += Ruler + "| NPU     Chip              | Process id    | Process name             | Process memory(MB)      |\n" + Ruler.Replace('-', '=');
        foreach (var card in chips.Select(c => c.Card).Distinct())
            text += $"| {$"No running processes found in NPU {card}",-94} |\n" + Ruler.Replace('-', '=');
        return text;
    }
}
