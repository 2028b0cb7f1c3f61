using Agent.Configuration;
using Agent.Configuration.Engines;

namespace Agent.Tests.Configuration;

public sealed class EngineHostTests
{
    private const string Image = "command: [podman], image: \"vllm-ascend:1\"";

    [Fact]
    public void Without_a_word_an_engine_is_a_process_of_the_agent() =>
        Load("").Settings!.Engines[0].RunsIn.ShouldBe(new EngineKindSettings(EngineKind.Process, null, null));

    [Fact]
    public void A_unit_is_that_of_the_template_unless_it_is_named()
    {
        Load("kind: systemd").Settings!.Engines[0].RunsIn.ShouldBe(new EngineKindSettings(EngineKind.Systemd, null, null));
        Load("kind: systemd, unit: { name: vllm@1.service }").Settings!.Engines[0].RunsIn.Unit.ShouldBe("vllm@1.service");
    }

    [Fact]
    public void A_container_has_an_image_and_a_command_line()
    {
        var container = Load($"kind: container, container: {{ {Image}, shm_size: 1GiB, mounts: [\"/models:/models\"] "
            + $"}}").Settings!.Engines[0].RunsIn.Container!;
        (container.Image, container.SharedMemoryBytes, container.Command.Single(), container.Mounts.Single())
            .ShouldBe(("vllm-ascend:1", 1L << 30, "podman", "/models:/models"));
    }

    [Theory]
    [InlineData("kind: vm", "engines[0].kind: found 'vm', allowed: process, systemd, container")]
    [InlineData("unit: { name: vllm.service }", "engines[0].unit: is for kind: systemd only")]
    [InlineData("kind: systemd, unit: { name: vllm }", "engines[0].unit.name: 'vllm' is no unit of a service; write its full name")]
    [InlineData("kind: systemd, unit: { name: \"a b.service\" }", "'a b.service' is no unit of a service")]
    [InlineData("kind: systemd, unit: { unit: x }", "engines[0].unit.unit: unknown key")]
    [InlineData("container: { command: [docker], image: i }", "engines[0].container: is for kind: container only")]
    [InlineData("kind: container, container: { command: [docker] }", "engines[0].container.image: is required")]
    [InlineData("kind: container, container: { image: i }",
        "engines[0].container.command: name the command line of the containers: [isula], [docker] or [podman]")]
    [InlineData($"kind: container, container: {{ {Image}, shm_size: 1KiB }}", "engines[0].container.shm_size: 1KiB is out of range, allowed 64MiB to 4TiB")]
    [InlineData($"kind: container, container: {{ {Image}, mounts: [models] }}",
        "engines[0].container.mounts: found 'models', expected SOURCE:TARGET with absolute paths")]
    [InlineData($"kind: container, container: {{ {Image}, arguments: [--restart=always] }}",
        "engines[0].container.arguments: --restart is the agent's to give: it starts the engine itself")]
    [InlineData($"kind: container, container: {{ {Image}, arguments: [--name, x] }}", "engines[0].container.arguments: --name is the agent's to give")]
    [InlineData($"kind: container, environment: {{ A: \"b\\nc\" }}, container: {{ {Image} }}", "engines[0].environment: A has more than one line")]
    public void What_cannot_be_is_told(string settings, string problem) => Load(settings).Problems.ShouldHaveSingleItem().ToString().ShouldContain(problem);

    [Fact]
    public void A_unit_is_the_unit_of_one_engine() => SettingsFile.Parse("t.yaml", """
        engines:
          - { name: one, model: /m, chips: [0/0], kind: systemd, unit: { name: vllm.service } }
          - { name: two, model: /m, chips: [1/0], port: 8001, kind: systemd, unit: { name: vllm.service } }
        """, _ => false).Problems.ShouldHaveSingleItem().ToString().ShouldContain("engines[1].unit: vllm.service is the unit of engine 'one' already");

    private static ConfigurationLoad Load(string settings) =>
        SettingsFile.Parse("t.yaml", $"engines:\n  - {{ name: deepseek, model: /m, chips: [0/0]{(settings.Length > 0 ? ", " : "")}{settings} }}\n", _ => false);
}
