using Agent.Commands;
using Agent.Domain.Observations;

namespace Agent.Tests.Commands;

public sealed class AsRootCommandTests
{
    [Fact]
    public void A_chip_is_two_numbers() => AsRootCommand.ChipOf("12-1").ShouldBe(Subject.Chip(12, 1));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0/1")]
    [InlineData("0-1-2")]
    [InlineData("0-1\n")]
    [InlineData("-1-0")]
    [InlineData("0-1; reboot")]
    [InlineData("$(id)-0")]
    [InlineData("9999-0")]
    [InlineData("٣-٠")]
    public void What_is_no_chip_is_refused(string name) => AsRootCommand.ChipOf(name).ShouldBeNull();

    [Theory]
    [InlineData("one", true)]
    [InlineData("two", true)]
    [InlineData("of-the-host", false)]
    [InlineData("child", false)]
    [InlineData("evil", false)]
    [InlineData("ONE", false)]
    [InlineData("", false)]
    public void Only_engines_that_the_configuration_has_in_units_of_the_package_are_started(string name, bool admitted)
    {
        const string Yaml = """
            engines:
              - { name: one, kind: systemd, model: /m, port: 8001, chips: [0/0] }
              - { name: two, kind: systemd, model: /m, port: 8002, chips: [1/0] }
              - { name: of-the-host, kind: systemd, unit: { name: vllm.service }, model: /m, port: 8003, chips: [2/0] }
              - { name: child, model: /m, port: 8004, chips: [3/0] }
            """;
        var load = SettingsFile.Parse("t.yaml", Yaml, _ => false);
        load.Problems.ShouldBeEmpty();
        var refusal = admitted ? null : $"'{name}' is no engine of kind systemd in t.yaml, so it is not started; there are: one, two";
        AsRootCommand.RefusalOf(load.Settings!, name).ShouldBe(refusal);

        // While somebody edits the file.
        var edited = SettingsFile.Parse("t.yaml", Yaml + "\nmode: obser\nunknown: 1", _ => false);
        edited.Settings.ShouldBeNull();
        AsRootCommand.RefusalOf(edited.Understood!, name).ShouldBe(refusal);
        SettingsFile.Parse("t.yaml", Yaml + "\n  broken: [", _ => false).Understood.ShouldBeNull();
    }
}
