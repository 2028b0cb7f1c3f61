using Agent.Domain.Engines;
using Agent.Probes.Engine;
using Agent.Tests.Bundles;
using Agent.Tests.Engines;

namespace Agent.Tests.Probes;

/// <summary>What the probe of /health leaves of the API server's own processes.</summary>
public sealed class EngineHealthProbeTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ScriptedEngine _vllm = new();
    private readonly EvidenceScene _scene;
    private readonly FoldedEngine _folded;

    public EngineHealthProbeTests()
    {
        _scene = new EvidenceScene($"    port: {_vllm.Port}\n");
        _scene.Process(4711, "vllm", "vllm serve /m");
        _scene.Started(Story.Start, "non-default args: {}\nApplication startup complete.\n");
        _folded = new FoldedEngine(_scene.Engine, _scene.Clock);
    }

    [Fact]
    public async Task While_health_is_late_the_CPU_time_of_the_API_server_is_compared_from_look_to_look()
    {
        _vllm.IsDeaf = true;
        var late = new EngineHealthProbe(_scene.Engine, Interval, TimeSpan.Zero, _scene.Clock);
        await LooksAsync(late, 4);
        (Server()!.StillLooks, Server()!.StillFor).ShouldBe((3, 3 * Interval));
        Signs().Lines().ShouldContain(l => l.Sign == "API server" && l.Text.Contains("process 4711: 0.00 s of CPU time", StringComparison.Ordinal));

        Ran(ticks: 450);
        await LooksAsync(late, 1);
        (Server()!.StillLooks, Server()!.StillFor).ShouldBe((0, TimeSpan.Zero));
        Server()!.Text.ShouldContain("4.50 s of CPU time in 5.0 s");
        Server()!.Text.ShouldEndWith("is busy");

        _vllm.IsDeaf = false;
        await LooksAsync(new EngineHealthProbe(_scene.Engine, Interval, TimeSpan.FromMinutes(1), _scene.Clock), 1);
        (Signs().Health!.End, Server()).ShouldBe((HttpEnd.Answered, null));
    }

    [Fact]
    public async Task Of_processes_that_cannot_be_read_nothing_is_said()
    {
        _vllm.IsDeaf = true;
        var late = new EngineHealthProbe(_scene.Engine, Interval, TimeSpan.Zero, _scene.Clock);
        _scene.Write("proc/4711/stat", "4711 (vllm) S 1 4711 4711 0 -1 0 0 0 0 0 ? ? 0 0 20 0 1 0 1 0 0");
        await LooksAsync(late, 4);
        (Signs().Health!.End, Server()).ShouldBe((HttpEnd.TimedOut, null));
    }

    public void Dispose()
    {
        _scene.Dispose();
        _vllm.Dispose();
    }

    private EngineSigns Signs() => _folded.Signs;

    private ServerSign? Server() => Signs().Server;

    private void Ran(int ticks) => _scene.Write("proc/4711/stat", $"4711 (vllm) S 1 4711 4711 0 -1 0 0 0 0 0 {ticks} 0 0 0 20 0 1 0 1 0 0");

    private async Task LooksAsync(EngineHealthProbe probe, int count)
    {
        for (var look = 0; look < count; look++)
        {
            _scene.Clock.Advance(Interval);
            await _folded.LookAsync(probe);
        }
    }
}
