using Agent.Configuration;
using Agent.Configuration.Host;
using Agent.Domain;
using Agent.Domain.Recovery;

namespace Agent.Tests.Configuration;

public sealed class ContainerLimitsTests
{
    private static readonly AgentSettings Settings = SettingsFile.Parse("t.yaml", "mode: act", _ => false).Settings!;

    [Fact]
    public void On_a_host_there_is_nothing_to_tell() => ContainerLimits.Of(Settings, container: null).ShouldBeNull();

    [Fact]
    public void In_a_container_the_agent_that_may_act_is_told_to_observe() =>
        ContainerLimits.Of(Settings, "oci").ShouldNotBeNull().ShouldContain("mode: observe");

    [Fact]
    public void In_a_container_the_agent_that_observes_says_what_it_does_not_see() =>
        ContainerLimits.Of(Settings with { Mode = AgentMode.Observe, Language = Language.Chinese }, "oci").ShouldNotBeNull().ShouldContain("systemctl");
}
