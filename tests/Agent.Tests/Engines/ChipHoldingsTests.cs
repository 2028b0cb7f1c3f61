using System.Globalization;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.VllmHttp;
using Agent.Engines;
using Agent.Engines.Chips;
using Agent.Engines.Kinds;
using Agent.Engines.Runs;
using Agent.Tests.Engines.Kinds;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

/// <summary>What an engine of processes 100 (main), 101 and 102 holds by the process table of npu-smi, meant for 0/0 and 0/1.</summary>
public sealed class ChipHoldingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ProcFolder _proc;

    public ChipHoldingsTests()
    {
        _proc = new ProcFolder(_folder).With(100).With(101, parent: 100).With(102, parent: 100).With(900);
        Directory.CreateDirectory(_folder.File("proc/sys/kernel/random"));
        File.WriteAllText(_folder.File("proc/sys/kernel/random/boot_id"), "a-boot");
    }

    [Theory]
    [InlineData("0/0 101 50000; 0/1 102 50000", null)]
    [InlineData("0/0 101 50000; 0/0 102 107; 0/1 102 50000", null)]
    [InlineData("0/0 101 50000; 0/1 102 50000; 0/0 900 107", null)]
    [InlineData("0/0 101 50000; 0/0 102 50000", "none of its processes is on 0/1")]
    [InlineData("0/0 101 50000; 0/1 102 50000; 0/0 900 20000", "processes that are not its own hold 20000 MB of 0/0 (python 900)")]
    [InlineData("1/0 101 50000; 1/1 102 50000",
        "it holds 50000 MB of 1/0 (python 101), 50000 MB of 1/1 (python 102), which are not its chips; none of its processes is on 0/0, 0/1")]
    [InlineData("0/0 101 50000; 1/1 102 50000", "it holds 50000 MB of 1/1 (python 102), which is not its chip; none of its processes is on 0/1")]
    [InlineData("", null)]
    [InlineData("0/0 900 20000", null)]
    public void What_it_holds_is_compared_with_what_was_meant(string rows, string? difference) =>
        Difference("chips: [0/0, 0/1]", rows).ShouldBe(difference is null ? null : $"meant for 0/0, 0/1, but {difference}");

    [Fact]
    public void A_spare_chip_is_no_difference_and_a_start_has_time_to_take_its_chips()
    {
        Difference("chips: [0/0, 0/1]\n    tensor_parallel_size: 1", "0/0 101 50000").ShouldBeNull();
        Difference("chips: [0/0, 0/1]", "0/0 101 50000", isUp: false).ShouldBeNull();
    }

    [Fact]
    public void A_chip_with_as_many_processes_as_the_table_lists_proves_nothing() =>
        Difference("chips: [0/0, 0/1]", "0/0 101 50000; " + string.Join("; ", Enumerable.Range(900, 8).Select(pid => $"0/1 {pid} 107"))).ShouldBeNull();

    public void Dispose() => _folder.Dispose();

    private string? Difference(string settings, string rows, bool isUp = true)
    {
        var load = SettingsFile.Parse("t.yaml", $"state_folder: {_folder.File("state")}\nengines:\n  - name: a\n    model: /m\n    {settings}\n", _ => false);
        load.Problems.ShouldBeEmpty();
        var engine = load.Settings!.Engines[0];
        Directory.CreateDirectory(_folder.File("state/engines/a"));
        EngineRunFile.Write(_folder.File("state/engines/a/run.json"),
            new EngineRun(100, 7, "a-boot", Story.Start, _folder.File("state/engines/a/x.log"), "vllm serve /m"));
        var host = new EngineHandle(engine, _folder.File("state"), ProcessKind.Of(_proc.Table, engine, _folder.File("state"), ProcFolder.Agent), _proc.Table,
            new FakeTimeProvider(Story.Start));
        host.AdoptAsync(keeps: false, CancellationToken.None).GetAwaiter().GetResult().ShouldBeTrue();
        List<ChipProcess> processes = [.. rows.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split(' ',
            '/')).Select(w => new ChipProcess(Number(w[0]), Number(w[1]), Number(w[2]), "python", Number(w[3]), null))];
        var table = new ChipTable(null, null, [new ChipRow(0, 0), new ChipRow(0, 1), new ChipRow(1, 0), new ChipRow(1, 1)], processes, [], [], Complete: true,
            ListsProcesses: true);
        return ChipHoldings.Difference(new SupervisedEngine(engine, host, new VllmClient(engine.Address, null, TimeProvider.System)), isUp, table);

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
