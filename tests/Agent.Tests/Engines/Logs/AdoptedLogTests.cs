using Agent.Domain.Faults;
using Agent.Engines.Logs;
using Agent.Engines.Runs;
using Agent.Engines.Starting;
using Agent.ForeignText;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines.Logs;

/// <summary>The log of an engine that served when the agent took it over.</summary>
public sealed class AdoptedLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Story.Start);

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void A_line_between_the_adoption_and_the_first_look_is_a_cause_until_work_follows_it(int lines)
    {
        var path = _folder.File("a.log");
        File.WriteAllText(path, "INFO:     Application startup complete.\n");
        File.AppendAllLines(path, Enumerable.Repeat("(APIServer pid=1) INFO:     127.0.0.1:1 - \"POST /v1/completions HTTP/1.1\" 200 OK", lines));
        var log = new EngineLog(new EngineRun(1, 0, "", Story.Start, path, ""), _clock, TextGate.OfPatterns);
        File.AppendAllText(path, "(EngineCore_DP0 pid=1) ERROR 11-24 10:00:00 [core.py:842] EngineCore encountered a fatal error: RuntimeError: NPU out of "
            + "memory. Tried to allocate 2.00 GiB\n");

        var read = log.Read(_clock.GetUtcNow().AddSeconds(-1));
        (read.Stage, read.CauseFault).ShouldBe((StartupStage.Serving, FaultCodes.EngineOutOfMemory));
        _clock.Advance(TimeSpan.FromSeconds(1));
        log.Read(_clock.GetUtcNow()).Cause.ShouldBeNull("a canary that was asked after the line was answered");
    }

    public void Dispose() => _folder.Dispose();
}
