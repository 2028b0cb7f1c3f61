using Agent.Commands;
using Agent.Tests.Architecture;

namespace Agent.Tests.Commands;

/// <summary>What `config show` prints of the sample: every setting with its default, and no secret.</summary>
public sealed class ConfigShowTests
{
    [Fact]
    public void The_sample_in_force_is_as_it_was_accepted()
    {
        var sample = File.ReadAllText(Path.Combine(ArchitectureTests.Repository(), "packaging", "agent.yaml"));
        var load = SettingsFile.Parse("/etc/npu-agent/agent.yaml", sample, _ => false);
        load.Problems.ShouldBeEmpty();
        ConfigCommand.Text(load.Settings!).ShouldMatchApproved(c => c.WithFileExtension(".json"));
    }

    [Fact]
    public void A_secret_in_the_file_is_not_shown()
    {
        const string yaml = "engines: [ { name: a, model: /m, chips: [0/0], environment: { HF_TOKEN: hf_abcdefghijklmnopqrstuvwxyz012345 } } ]\n";
        var text = ConfigCommand.Text(SettingsFile.Parse("t.yaml", yaml, _ => false).Settings!);
        text.ShouldContain("HF_TOKEN");
        text.ShouldNotContain("abcdefghijklmnop");
    }
}
