using Agent.Configuration.Host;
using Agent.Configuration.Yaml;

namespace Agent.Configuration.Engines;

/// <summary>Keys, defaults and bounds of what an engine runs in.</summary>
internal static class EngineKindBinding
{
    // What the agent gives to `run` itself, and what would have the container gone or started again behind its back.
    private static readonly string[] OwnOptions =
        ["-d", "--detach", "--name", "--net", "--network", "--shm-size", "--env-file", "--entrypoint", "--rm", "--restart", "-i", "--interactive", "-t",
            "--tty", "-it"];

    public static EngineKindSettings Bind(YamlSection engine, string name)
    {
        var kind = engine.Choice("kind", EngineKind.Process, ("process", EngineKind.Process), ("systemd", EngineKind.Systemd),
            ("container", EngineKind.Container));
        if (kind != EngineKind.Process && HostFolders.Here.KindLimit is { } limit)
            engine.Complain("kind", limit);
        var section = engine.Section("unit");
        var unit = section.Text("name");
        if (kind != EngineKind.Systemd && engine.Has("unit"))
            engine.Complain("unit", "is for kind: systemd only");
        if (kind != EngineKind.Container && engine.Has("container"))
            engine.Complain("container", "is for kind: container only");
        if (unit is not null && !IsUnit(unit))
            section.Complain("name", $"'{unit}' is no unit of a service; write its full name, for example vllm.service, or leave it out for "
                + $"npu-engine@{name}.service");
        return new EngineKindSettings(kind, unit, Container(engine.Section("container"), kind == EngineKind.Container, engine));
    }

    private static ContainerSettings? Container(YamlSection container, bool used, YamlSection engine)
    {
        // Asked for in any case: a known key is not told as unknown.
        var command = container.List("command") ?? [];
        var image = container.Text("image") ?? "";
        var settings = new ContainerSettings(command, image, container.Bytes("shm_size", "16GiB", "64MiB", "4TiB"), container.List("mounts") ?? [],
            container.List("arguments") ?? []);
        if (!used)
            return null;

        if (command.Count == 0)
            container.Complain("command", "name the command line of the containers: [isula], [docker] or [podman]");
        else
            container.CheckProgram("command", command[0]);
        if (image.Length == 0)
            container.Complain("image", "is required");
        foreach (var mount in settings.Mounts.Where(m => m.Split(':') is not ([['/', ..], ['/', ..]] or [['/', ..], ['/', ..], _])))
            container.Complain("mounts", $"found '{mount}', expected SOURCE:TARGET with absolute paths, or SOURCE:TARGET:ro");
        foreach (var source in settings.Mounts.Select(m => m.Split(':')[0]))
            container.ShouldBeThere("mounts", source);
        foreach (var option in settings.Arguments.Select(a => a.Split('=')[0]).Where(OwnOptions.Contains))
            container.Complain("arguments",
                $"{option} is the agent's to give"
                    + $"{(option is "--restart" or "--rm" ? ": it starts the engine itself, and keeps what ended for its exit code and log" : "")}");
        foreach (var (variable, _) in engine.Map("environment").Where(v => v.Value.Contains('\n', StringComparison.Ordinal)))
            engine.Complain("environment", $"{variable} has more than one line, which cannot be given to a container");
        return settings;
    }

    private static bool IsUnit(string unit) =>
        unit.EndsWith(".service", StringComparison.Ordinal) && unit.Length is > 8 and < 256 && unit[0] != '-'
            && unit.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '-' or '_' or '.' or '\\' or '@');
}
