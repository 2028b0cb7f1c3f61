using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Probes.Npu;
using Agent.Tests.Bundles;

namespace Agent.Tests.Probes;

/// <summary>Memory on the chips of an engine that is gone: a sign with its age and its holder, and the judge names the fault.</summary>
public sealed class ChipUsageProbeTests : IDisposable
{
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(60);

    private readonly SmallBoard _board = new();
    private readonly EvidenceScene _scene = new($"    stop: {{ chip_memory_wait: {Allowed.TotalSeconds:0}s }}\n");
    private readonly ChipUsageProbe _probe;

    public ChipUsageProbeTests()
    {
        _scene.Started(Story.Start, "Application startup complete.\n");
        _probe = new ChipUsageProbe(_board.NpuSmi, _board.Chips, [_scene.Engine], _scene.Clock);
    }

    [Theory]
    [InlineData(null, ChipHolder.Nobody, FaultCodes.ChipMemoryHeld, "its chips still hold 1/0 43400 MB after 1m")]
    [InlineData(900, ChipHolder.Others, FaultCodes.DeviceTaken, "its chips still hold 1/0 43400 MB after 1m; python (900) holds it")]
    public async Task Memory_that_is_not_released_is_a_sign_and_then_the_verdicts_fault(int? process, ChipHolder holder, string fault, string text)
    {
        (await LookAsync()).Sign.ShouldBeOfType<ChipsSeen>().Held.ShouldBeNull();
        _board.Hold(1, 40000, process, "python");
        var first = await LookAsync();
        (first.Verdict, first.Summary).ShouldBe((Verdict.Healthy, Text("0ms") + ", being released"));

        _scene.Clock.Advance(Allowed);
        var seen = await LookAsync();
        (seen.Verdict, seen.Fault).ShouldBe((Verdict.CouldNotLook, null), "the judge names it");
        var held = seen.Sign.ShouldBeOfType<ChipsSeen>().Held.ShouldNotBeNull();
        (held.Holder, held.For, held.Chip).ShouldBe((holder, Allowed, Subject.Chip(1, 0)));
        held.Text.ShouldEndWith(text);
        Judge(seen).ShouldBe(fault);

        _board.Hold(1, 0, null, "");
        Judge(await LookAsync()).ShouldBe(FaultCodes.EngineExited);

        string Text(string after) => $"the engine is gone and {text.Replace("1m", after, StringComparison.Ordinal)}";
    }

    public void Dispose() => _scene.Dispose();

    private async Task<Observation> LookAsync() => (await _probe.LookAsync(CancellationToken.None)).Single(o => o.Subject == _scene.Engine.Settings.Subject);

    private string? Judge(Observation seen)
    {
        var now = _scene.Clock.GetUtcNow();
        var run = new RunSeen(_scene.Engine.Handle.Run!.Id, new ProcessSign(now, EngineLife.Ended, "process 4711 ended"));
        var judged = HostPicture.Empty.With(seen.Subject, run).With(seen).Judged(seen.Subject, wanted: true, new EngineLimits(), now);
        return judged.Engine(seen.Subject).Newest!.Verdict.Fault;
    }
}
