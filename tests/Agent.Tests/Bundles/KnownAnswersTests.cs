using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Bundles;

namespace Agent.Tests.Bundles;

/// <summary>A tool that answers no more, or too late, leaves what it told a probe before.</summary>
public sealed class KnownAnswersTests : IDisposable
{
    private const string After = "environment_check/npu_info_after.txt";
    private const string Mapping =
        "\tNPU ID                         Chip ID                        Chip Logic ID                  Chip Name\n" +
        "\t0                              0                              4                              Ascend 910B3\n" +
        "\t1                              0                              5                              Ascend 910B3\n";

    private readonly EvidenceScene _scene = new();
    private ProcessEnd _end = ProcessEnd.Exited;

    [Theory]
    [InlineData(nameof(ProcessEnd.TimedOut))]
    [InlineData(nameof(ProcessEnd.Abandoned))]
    [InlineData(nameof(ProcessEnd.CouldNotStart))]
    public async Task What_npu_smi_told_a_probe_takes_the_place_of_an_answer_that_did_not_come(string end)
    {
        var npuSmi = NpuSmi(c => (_end, 0, $"answer of {c}\n"));
        await npuSmi.TableAsync(CancellationToken.None);
        await npuSmi.HealthAsync(1, 0, CancellationToken.None);
        _end = Enum.Parse<ProcessEnd>(end);
        var evidence = await _scene.CollectAsync(new NpuSmiSource(npuSmi, [_scene.Engine], _scene.Clock));
        var text = evidence.Files[After];
        text.ShouldMatch(@"\n/usr/local/bin/npu-smi info\nanswer of 20[0-9: -]+Z, [0-9.]+m?s old: npu-smi: .+\nanswer of npu-smi info\n\n");
        text.ShouldMatch(@"\n/usr/local/bin/npu-smi info -i 1 -c 0 -t health\nanswer of 20.+Z, .+ old: .+\nanswer of npu-smi info -t health -i 1 -c 0\n");
        text.ShouldNotContain("info -i 0 -c 0 -t health");
        evidence.Problems.ShouldHaveSingleItem().ShouldMatch(@"^npu-smi: .+; 2 of 15 answers are older ones, up to .+ old; 13 of 15 answers are missing$");
    }

    [Fact]
    public async Task A_source_whose_time_is_taken_by_others_asks_nothing_and_gives_what_is_known()
    {
        var asked = new AnsweringProcesses(c => (ProcessEnd.Exited, 0, $"answer of {c}\n"));
        var npuSmi = new NpuSmi(asked, "npu-smi", TimeSpan.FromSeconds(1));
        await npuSmi.TableAsync(CancellationToken.None);
        using var folder = new TemporaryFolder();
        IReadOnlyList<IBundleSource> sources =
        [
            new TestSource("slow", (_, cancellation) => new TaskCompletionSource().Task.WaitAsync(cancellation)),
            new TestSource("slow-too", (_, cancellation) => new TaskCompletionSource().Task.WaitAsync(cancellation)),
            new NpuSmiSource(npuSmi, [_scene.Engine], _scene.Clock),
        ];
        var settings = TestBundle.Settings(folder.Path) with { FastDeadline = TimeSpan.FromMilliseconds(900) };
        var (path, manifest) = await TestBundle.Of(settings, full: false, TimeProvider.System, sources).WriteAsync(_ => { }, CancellationToken.None);
        asked.Calls.ShouldBe(["npu-smi info"], "the probe's call alone");
        System.Text.Encoding.UTF8.GetString(TestBundle.Files(path)[After]).ShouldContain("old: out of time\nanswer of npu-smi info\n");
        manifest.Sources[^1].Problems.ShouldHaveSingleItem().ShouldStartWith("out of time; 1 of 15 answers are older ones");
    }

    [Fact]
    public async Task An_answer_that_said_nothing_of_use_is_not_kept()
    {
        var npuSmi = NpuSmi(_ => (_end, 0, "dcmi module initialize failed. ret is -8005\n"));
        await npuSmi.TableAsync(CancellationToken.None);
        npuSmi.Last(["info"]).ShouldBeNull();
    }

    [Theory]
    [InlineData(nameof(ProcessEnd.Exited), "npu-smi info at 2026-03-01 ")]
    [InlineData(nameof(ProcessEnd.TimedOut), "npu-smi info, answer of 2026-03-01 ")]
    public async Task The_table_of_before_the_stop_is_the_last_that_came(string end, string begins)
    {
        var npuSmi = NpuSmi(c => (_end, 0, $"answer of {c}\n"));
        await npuSmi.TableAsync(CancellationToken.None);
        _end = Enum.Parse<ProcessEnd>(end);
        await npuSmi.TableAsync(CancellationToken.None);
        var evidence = await _scene.CollectAsync(new ChipTableSource(npuSmi, _scene.Clock));
        var text = evidence.Files["npu-agent/npu-smi-before.txt"];
        text.ShouldStartWith(begins);
        text.ShouldEndWith("answer of npu-smi info\n");
        evidence.Problems.Count.ShouldBe(end == nameof(ProcessEnd.Exited) ? 0 : 1);
    }

    [Fact]
    public async Task A_port_of_a_chip_is_asked_by_the_number_that_was_told_last_and_gives_what_it_told_last()
    {
        var calls = new AnsweringProcesses(c => (_end, 0, c.StartsWith("npu-smi", StringComparison.Ordinal) ? Mapping : "link status: UP\n"));
        var npuSmi = new NpuSmi(calls, "npu-smi", TimeSpan.FromSeconds(1));
        var hccn = new HccnTool(calls, "hccn_tool", TimeSpan.FromSeconds(1));
        await npuSmi.MappingAsync(CancellationToken.None);
        await hccn.GetAsync(5, null, "link", CancellationToken.None);
        _end = ProcessEnd.TimedOut;
        var source = new HccnToolSource(hccn, npuSmi, _scene.Settings.Vendor with { HccnTool = "hccn_tool" }, [_scene.Engine], _scene.Clock);
        var evidence = await _scene.CollectAsync(source);
        calls.Calls[^1].ShouldBe("hccn_tool -i 4 -link -g");
        evidence.Files[After].ShouldMatch(@"hccn_tool -i 5 -link -g\nanswer of 20.+ old: hccn_tool: .+\nlink status: UP\n");
        evidence.Problems.Count.ShouldBe(2);
    }

    public void Dispose() => _scene.Dispose();

    private static NpuSmi NpuSmi(Func<string, (ProcessEnd End, int ExitCode, string Output)> answer) =>
        new(new AnsweringProcesses(answer), "npu-smi", TimeSpan.FromSeconds(1));
}
