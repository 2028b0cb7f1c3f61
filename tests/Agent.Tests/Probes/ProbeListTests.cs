using Agent.Configuration;
using Agent.Domain;
using Agent.Engines.Signs;

namespace Agent.Tests.Probes;

/// <summary>Which probes look at what, how often and how long; accepted by reading it.</summary>
public sealed class ProbeListTests
{
    private const string Host = """
        engines:
          - { name: deepseek, model: /m, chips: [0/0] }
          - { name: node-2, model: /m, chips: [1/0], arguments: { headless: true } }
        vendor: { driver_unit: devdrv, modules_file: /proc/modules, kernel_log: journal }
        """;

    [Fact]
    public void The_list_is_as_it_was_accepted()
    {
        var probes = Composition.Parts(Settings(Host), keeps: false, TimeProvider.System).Probes;
        var lines = probes.Select(p =>
            $"{p.Probe.Name,-18} {p.Probe.Subject,-16} every {Durations.Text(p.Interval),-4} within {Durations.Text(p.Deadline)}"
            + $"{(p.Probe.AsksDriver ? ", asks the driver" : "")}{(p.Probe.NamesCauses ? ", names causes" : "")}");
        string.Join('\n', lines).ShouldMatchApproved(c => c.WithFileExtension(".txt"));
    }

    [Fact]
    public void Every_probe_of_the_configuration_is_in_the_list_and_the_other_way_round() =>
        Composition.Parts(Settings(Host), keeps: false, TimeProvider.System).Probes.Select(p => p.Probe.Name).Distinct()
            .Append(JudgeLimits.Declared.Name).ShouldBe(Settings(Host).Probes.Keys, ignoreOrder: true);

    [Fact]
    public void A_probe_that_is_switched_off_does_not_look() =>
        Composition.Parts(Settings(Host + "\nprobes: { engine-canary: { enabled: false } }"), keeps: false, TimeProvider.System).Probes
            .ShouldNotContain(p => p.Probe.Name == "engine-canary");

    private static AgentSettings Settings(string yaml)
    {
        var load = SettingsFile.Parse("t.yaml", yaml, _ => false);
        load.Problems.ShouldBeEmpty();
        return load.Settings!;
    }
}
