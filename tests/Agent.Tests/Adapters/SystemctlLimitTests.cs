using Agent.Adapters.Processes;
using Agent.Engines.Kinds;

namespace Agent.Tests.Adapters;

/// <summary>How long systemctl may take for an engine's unit has nothing to do with how often a probe looks at the driver's.</summary>
public sealed class SystemctlLimitTests
{
    [Fact]
    public async Task A_short_deadline_of_the_probe_of_the_driver_is_none_of_the_engines()
    {
        const string yaml = "engines: [ { name: deepseek, model: /m, chips: [0/0], kind: systemd } ]\nprobes: { driver-unit: { deadline: 1s } }\n";
        var settings = SettingsFile.Parse("t.yaml", yaml, _ => false).Settings!;
        var runner = new LimitedPrograms();
        var kind = EngineKinds.Of(settings, settings.Engines[0], keeps: false, runner, Composition.Units(settings, runner), new ProcessTable());
        await kind.PausedAsync(CancellationToken.None);
        runner.Limits.ShouldHaveSingleItem().ShouldBe(TimeSpan.FromSeconds(10));
    }

    private sealed class LimitedPrograms : IProcessRunner
    {
        public List<TimeSpan> Limits { get; } = [];

        public Task<ProcessResult> RunAsync(CommandLine command, ProcessLimits limits, string? input = null, string? workingFolder = null,
            CancellationToken cancellation = default)
        {
            Limits.Add(limits.Deadline);
            return Task.FromResult(new ProcessResult(command, ProcessEnd.Exited, 1, "", "", false, TimeSpan.Zero));
        }
    }
}
