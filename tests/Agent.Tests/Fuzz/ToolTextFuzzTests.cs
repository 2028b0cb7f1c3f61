using Agent.Adapters.Containers;
using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Domain.Faults;
using Agent.VendorFaults;

namespace Agent.Tests.Fuzz;

/// <summary>What programs of the host print, whatever became of them: npu-smi, hccn_tool, a container's command line.</summary>
public sealed class ToolTextFuzzTests
{
    [Fact]
    public void No_answer_of_npu_smi_makes_its_readers_stumble() =>
        Fuzzing.Play("npu-smi", 4000, ["| 0 910B3 | OK | 93.4 44 0 / 0 |\n| 0 | 0000:C1:00.0 | 0 0 / 0 3161 / 65536 |",
            "\tHealth Status : Alarm\n\tError Code : 0x80E01801\n\tChip ID : 0",
            "DrvMngGetConsoleLogLevel failed. (g_conLogLevel=3)\ndcmi module initialize failed. ret is -8005",
            .. Captures.Texts("ascend/npu-smi*.txt")], text =>
        {
            _ = NpuSmiTable.Parse(text);
            _ = NpuSmiBlock.Parse(text);
            _ = ChipMapping.Parse(text);
            _ = ChipTopology.Parse(text);
            _ = ProcessMemory.Parse(text, 0);
            _ = (ChipHealth.Parse(text), ChipLoad.Parse(text), ChipLoad.HbmCelsius(text), MemoryErrors.Parse(text));
            _ = (NpuSmiMessages.ProblemIn(text), NpuSmiCodes.ProblemIn(text));
        }, (1024 * 1024, 2000));

    [Fact]
    public void No_answer_of_hccn_tool_makes_its_readers_stumble() =>
        Fuzzing.Play("hccn_tool", 4000,
            ["link status: UP\n[devid 0] Tue Aug  1 14:43:40 2022    LINK UP\n| NPU | UDie | Port |\n| 0 | 0 | 4 |\n=== x ===\nTx Power0 : 0.5 mW\nRx Los "
            + "Flag : 0x1", .. Captures.Texts("ascend/hccn_tool*.txt")], text =>
        {
            var read = HccnText.Parse(text);
            _ = LinkHistory.Of(read);
            _ = OpticalModule.Of(read);
            _ = (PortAnswers.LinkUp(read), PortAnswers.BitsPerSecond(read), PortAnswers.Counters(read), PortAnswers.NetHealth(read),
                PortAnswers.ErrorCorrection(read));
            _ = HccnMessages.ProblemIn(text);
        }, (1024 * 1024, 2000));

    [Fact]
    public void No_word_is_a_code_that_has_no_name()
    {
        var table = new VendorFaultTable(new Dictionary<string, VendorLevel>(StringComparer.Ordinal));
        Fuzzing.Play("fault codes", 10_000, [.. VendorFaultTable.All.Take(40).Select(f => f.Code), "0x80E01801", "[0x00f103b0,155914,na,na]", "80E18401"],
            text =>
        {
            if (VendorFaultTable.Normalize(text) is not { } code)
                return;
            VendorFaultTable.NameOf(code).English.ShouldNotBeNullOrEmpty();
            _ = table.LevelAfter(VendorFaultTable.Find(code), [Story.Start], Story.Start);
        }, (1024 * 1024, 400));
    }

    [Fact]
    public void No_answer_of_a_container_command_line_makes_its_reader_stumble() =>
        Fuzzing.Play("inspect", 6000, ["""[{"Id":"f3e3","State":{"Status":"running","Running":true,"OOMKilled":false,"Pid":16934,"ExitCode":0},"Config":{"Labels":{"npu-agent.engine":"deepseek@/state","b":[1,{"c":null}]}}}]"""], text => _ = ContainerState.Parse(text), (512 * 1024, 200));

    [Fact]
    public void No_cgroup_makes_its_reader_stumble() =>
        Fuzzing.Play("cgroup", 6000, ["0::/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope",
            "9:name=systemd:/\n8:pids:/user.slice/x.service"], text => _ = ProcessOrigin.Place(text), (256 * 1024, 200));
}
