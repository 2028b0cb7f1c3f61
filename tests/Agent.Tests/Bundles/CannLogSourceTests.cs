using Agent.Bundles;

namespace Agent.Tests.Bundles;

public sealed class CannLogSourceTests : IDisposable
{
    private readonly EvidenceScene _scene = new();

    [Theory]
    [InlineData("ASCEND_PROCESS_LOG_PATH=/a ASCEND_WORK_PATH=/b HOME=/c", "/a")]
    [InlineData("ASCEND_WORK_PATH=/b HOME=/c", "/b/log")]
    [InlineData("ASCEND_PROCESS_LOG_PATH= HOME=/c", "/c/ascend/log")]
    public void The_folder_is_the_one_that_CANN_itself_would_take(string environment, string folder) =>
        CannLogSource.FolderOf(environment.Split(' ').Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1])).ShouldBe(folder);

    [Fact]
    public async Task Files_of_this_run_are_taken_from_the_folder_of_the_living_engine_and_older_ones_are_not()
    {
        _scene.Process(4711, "VLLM::EngineCor", "vllm serve /m", $"ASCEND_PROCESS_LOG_PATH={_scene.Folder}/plog");
        _scene.Started(Story.Start);
        _scene.Write("plog/debug/plog/plog-4711_20260301030005000.log", "[ERROR] HCCL\n", Story.Start.AddSeconds(5));
        _scene.Write("plog/run/device-0/device-4711_20260301030005000.log", "[INFO]\n", Story.Start.AddSeconds(-59));
        _scene.Write("plog/debug/plog/plog-17_20260101000000000.log", "of another life\n", Story.Start.AddSeconds(-61));
        _scene.Write("plog/other/file.log", "not CANN's\n", Story.Start);
        var evidence = await _scene.CollectAsync(new CannLogSource([EngineTrace.Of(_scene.Engine)]));
        evidence.Files.Keys.ShouldBe(["process_log/debug/plog/plog-4711_20260301030005000.log", "process_log/run/device-0/device-4711_20260301030005000.log"]);
        evidence.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_engine_that_is_gone_is_looked_up_by_its_settings()
    {
        using var scene = new EvidenceScene("    environment: { ASCEND_PROCESS_LOG_PATH: /nowhere/plog }\n");
        scene.Started(Story.Start);
        (await scene.CollectAsync(new CannLogSource([EngineTrace.Of(scene.Engine)]))).Absent.ShouldBe(["/nowhere/plog"]);
    }

    [Fact]
    public async Task Of_a_file_that_is_too_long_for_the_vendors_diagnosis_the_end_is_taken()
    {
        _scene.Process(4711, "vllm", "vllm serve /m", $"ASCEND_WORK_PATH={_scene.Folder}/work");
        _scene.Started(Story.Start);
        var path = _scene.Write("work/log/debug/plog/plog-4711_1.log", "");
        await File.WriteAllLinesAsync(path, Enumerable.Range(0, 250_000).Select(i =>
            $"[ERROR] RUNTIME(4711,python): line {i:000000} and what makes a line of a hundred characters out of it, more or less"), CancellationToken.None);
        var evidence = await _scene.CollectAsync(new CannLogSource([EngineTrace.Of(_scene.Engine)]));
        var text = evidence.Files["process_log/debug/plog/plog-4711_1.log"];
        text.Length.ShouldBeInRange(19_000_000, 20_000_000);
        text.ShouldStartWith("[ERROR] RUNTIME");
        text.ShouldContain("line 249999");
        evidence.Problems.ShouldHaveSingleItem().ShouldContain("its last 20000000");
    }

    [Fact]
    public async Task An_engine_that_was_never_started_has_no_logs() =>
        (await _scene.CollectAsync(new CannLogSource([EngineTrace.Of(_scene.Engine)]))).Absent.ShouldHaveSingleItem().ShouldContain("deepseek");

    public void Dispose() => _scene.Dispose();
}
