using Agent.Domain.Engines;
using Agent.Engines.Chips;
using Agent.Tests.Bundles;

namespace Agent.Tests.Engines;

/// <summary>The layout is that of the engine which runs, by its own word, not the one that the configuration would give it.</summary>
public sealed class EngineLayoutTests : IDisposable
{
    private readonly EvidenceScene _scene = new();

    [Theory]
    [InlineData("(APIServer pid=7) INFO 11-24 10:00:00 [utils.py:233] non-default args: {'model_tag': '/m', 'tensor_parallel_size': 1, 'data_parallel_size': "
        + "2, 'enable_expert_parallel': True}", 1, 2, true)]
    [InlineData("INFO 11-24 10:00:00 [api_server.py:1] args: Namespace(model='/m', config=None, tensor_parallel_size=2, data_parallel_size=1, "
        + "data_parallel_rank=None, headless=False, enable_expert_parallel=False)", 2, 1, false)]
    [InlineData("nothing of it", 1, 1, false)]
    public void The_log_comes_before_the_command_line(string line, int tensor, int replicas, bool experts)
    {
        _scene.Started(Story.Start, line + "\n");
        EngineLayout.Of(_scene.Engine, _scene.Engine.Handle.Run!).ShouldBe(new RankLayout(tensor, 1, replicas, experts));
    }

    [Theory]
    [InlineData("/bin/sh /opt/run-engine.sh")]
    [InlineData("")]
    public void A_script_tells_nothing_of_what_it_starts(string commandLine)
    {
        _scene.Started(Story.Start);
        EngineLayout.Of(_scene.Engine, _scene.Engine.Handle.Run! with { CommandLine = commandLine }).ShouldBeNull();
    }

    [Theory]
    [InlineData("/usr/bin/python3 /usr/local/bin/vllm serve /m -tp 2 --port 8000", 2)]
    [InlineData("python3 -m vllm.entrypoints.openai.api_server --model /m --tensor_parallel_size=2", 2)]
    public void An_adopted_engine_is_read_by_its_command_line(string commandLine, int tensor)
    {
        _scene.Started(Story.Start);
        EngineLayout.Of(_scene.Engine, _scene.Engine.Handle.Run! with { CommandLine = commandLine }).ShouldNotBeNull().Tensor.ShouldBe(tensor);
    }

    public void Dispose() => _scene.Dispose();
}
