using Agent.Domain.Engines;
using Agent.Engines.Logs;
using Agent.Engines.Starting;
using Agent.Tests.Bundles;

namespace Agent.Tests.Engines;

/// <summary>Who waits for an engine to come up gives up for the reason that its verdict gives.</summary>
public sealed class EngineReadinessTests : IDisposable
{
    private const string Begun = "non-default args: {}\nStarting to load model /m...\n";

    private readonly EvidenceScene _scene = new("    start: { stage_timeout: 10m }\n");

    [Theory]
    [InlineData("", 11, "start-up stands at loading weights for 11m, allowed 10m")]
    [InlineData("EngineCore failed to start.\n", 0, "the start failed at loading weights: EngineCore failed to start.")]
    [InlineData("ValueError: Free memory on device npu:0 (3.21/60.96 GiB) on startup is less than desired GPU memory utilization (0.9, 54.87 "
        + "GiB).\nEngineCore failed to start.\n",
        0, "ValueError: Free memory on device npu:0")]
    public async Task A_start_that_failed_is_given_up_as_it_is_judged(string rest, int minutes, string reason)
    {
        _scene.Process(4711, "vllm", "vllm serve /m");
        _scene.Started(Story.Start, Begun + rest);
        var host = _scene.Engine.Handle;
        host.Log!.Read();
        _scene.Clock.Advance(TimeSpan.FromMinutes(minutes));
        var (serves, detail) = await EngineReadiness.WaitAsync(_scene.Engine, _ => { }, _scene.Clock, CancellationToken.None);
        serves.ShouldBeFalse();
        detail.ShouldContain(reason);

        var now = _scene.Clock.GetUtcNow();
        var signs = new EngineSigns
        {
            Process = new ProcessSign(now, EngineLife.Running, "process 4711"),
            Log = host.Log.Read().Sign(_scene.Engine.Settings, now)
        };
        EngineJudge.Judge(signs, new EngineLimits(), now).Reason.ShouldBe(detail);
    }

    public void Dispose() => _scene.Dispose();
}
