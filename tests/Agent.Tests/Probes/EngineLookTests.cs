using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines.Chips;
using Agent.Engines.Throughput;
using Agent.Probes;
using Agent.Probes.Engine;
using Agent.Tests.Bundles;
using Agent.Tests.Engines;

namespace Agent.Tests.Probes;

/// <summary>One look of each probe of an engine, over its processes, its log and its HTTP as a test has them.</summary>
public sealed class EngineLookTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>No answer of the scripted engine takes so long, on whatever machine.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly ScriptedEngine _vllm = new();
    private readonly EvidenceScene _scene;

    public EngineLookTests() => _scene = new EvidenceScene($"    port: {_vllm.Port}\n    max_num_seqs: 4\n");

    [Fact]
    public async Task Of_an_engine_that_was_not_started_nothing_is_looked_at()
    {
        foreach (var probe in All())
        {
            var seen = await LookAsync(probe);
            (seen.Verdict, seen.Fault).ShouldBe((Verdict.CouldNotLook, null), probe.Name);
            seen.Summary.ShouldBe(probe is EngineProcessProbe ? "no main process" : "not started", probe.Name);
            seen.Measures.ShouldBeEmpty();
        }

        _vllm.Scraped.ShouldBe(0);
    }

    [Fact]
    public async Task Of_an_engine_that_was_stopped_on_request_nothing_is_looked_at()
    {
        Serve();
        _scene.Engine.Handle.Wanted = false;
        foreach (var probe in All().Where(p => p is not (EngineProcessProbe or EngineLogProbe)))
            (await LookAsync(probe)).Summary.ShouldBe("stopped on request", probe.Name);
    }

    [Fact]
    public async Task An_engine_that_runs_is_told_with_its_process()
    {
        Serve();
        _scene.Clock.Advance(TimeSpan.FromMinutes(2));
        var seen = await LookAsync(new EngineProcessProbe(_scene.Engine, Numbering, _scene.Clock));
        (seen.Verdict, seen.Summary).ShouldBe((Verdict.Healthy, "process 4711, up 2m; no process has an engine core's title"));
    }

    [Fact]
    public async Task The_log_tells_its_stage()
    {
        Serve();
        var seen = await LookAsync(new EngineLogProbe(_scene.Engine, _scene.Clock));
        seen.Verdict.ShouldBe(Verdict.Healthy);
        seen.Summary.ShouldStartWith("stage serving");
    }

    [Fact]
    public async Task The_load_of_an_engine_is_measured()
    {
        Serve();
        (_vllm.Running, _vllm.Waiting) = (3, 2);
        var seen = await LookAsync(Progress(Deadline));
        seen.Verdict.ShouldBe(Verdict.Healthy, seen.Summary);
        (seen.Measures["requests_running"], seen.Measures["requests_waiting"], seen.Measures["generation_tokens"]).ShouldBe((3, 2, 1000));
    }

    [Fact]
    public async Task A_scrape_that_is_not_answered_measures_nothing_and_is_no_idleness()
    {
        Serve();
        _vllm.IsDeaf = true;
        var seen = await LookAsync(Progress(TimeSpan.Zero));
        (seen.Verdict, seen.Serving).ShouldBe((Verdict.CouldNotLook, null));
        seen.Measures.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_option_that_the_engine_did_not_take_is_drift()
    {
        Serve();
        var seen = await LookAsync(new EngineDriftProbe(_scene.Engine, _scene.Clock));
        seen.Fault.ShouldBe(FaultCodes.EngineConfigDrift);
        seen.Evidence.ShouldContain("max_num_seqs: wanted 4, found 2 (log of its start)");
    }

    [Fact]
    public async Task Answers_are_compared_at_low_load_only()
    {
        Serve();
        _vllm.Running = 50;
        var seen = await LookAsync(new EngineQualityProbe(_scene.Engine, _scene.Settings.StateFolder, _scene.Clock));
        seen.Verdict.ShouldBe(Verdict.CouldNotLook);
        seen.Summary.ShouldStartWith("compared at low load only: 50 running");
    }

    [Fact]
    public async Task Throughput_is_counted_from_the_first_scrape_on()
    {
        Serve();
        var seen = await LookAsync(Throughput());
        (seen.Verdict, seen.Summary).ShouldBe((Verdict.Healthy, "counted from now on"));
        seen.Measures.ShouldBeEmpty();
    }

    public void Dispose()
    {
        _scene.Dispose();
        _vllm.Dispose();
    }

    private IEnumerable<IProbe> All() =>
    [
        new EngineProcessProbe(_scene.Engine, Numbering, _scene.Clock), Progress(Deadline), new EngineLogProbe(_scene.Engine, _scene.Clock),
        new EngineDriftProbe(_scene.Engine, _scene.Clock), new EngineQualityProbe(_scene.Engine, _scene.Settings.StateFolder, _scene.Clock), Throughput(),
    ];

    private static ChipNumbering Numbering => StartScene.Numbering(new SmallBoard().NpuSmi);

    private EngineProgressProbe Progress(TimeSpan deadline) => new(_scene.Engine, Interval, deadline, _scene.Clock);

    private EngineThroughputProbe Throughput() =>
        new(_scene.Engine, new ThroughputBaseline(_scene.Engine.Settings, _scene.Settings.StateFolder), Deadline, _scene.Clock);

    private void Serve()
    {
        _scene.Process(4711, "vllm", "vllm serve /m");
        _scene.Started(Story.Start, "non-default args: {'model': '/m', 'tensor_parallel_size': 2, 'max_num_seqs': 2}\nApplication startup complete.\n");
    }

    private static async Task<Observation> LookAsync(IProbe probe) => (await probe.LookAsync(CancellationToken.None)).ShouldHaveSingleItem();
}
