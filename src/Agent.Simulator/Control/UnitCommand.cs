using System.Text.Json;
using Agent.Simulator.Tools;

namespace Agent.Simulator.Control;

/// <summary>Gives the host a unit that runs an engine, and a journal with the output of the unit.</summary>
internal static class UnitCommand
{
    private const string Usage = "unit: NAME.service, the file that says how it ends, and its command, for example: "
        + "simulator unit vllm.service ended.json vllm serve /models/m";

    public static int Run(World world, string[] words)
    {
        if (words is not [var name, var file, .. var command] || command.Length == 0 || !name.EndsWith(".service", StringComparison.Ordinal))
            throw new WorldException(Usage);
        if (!File.Exists(file))
            throw new WorldException($"unit: there is no file {file}");
        // systemctl's own words about the end of the unit are in "end".
        using var said = JsonDocument.Parse(File.ReadAllText(file));
        var end = said.RootElement.GetProperty("end").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString(), StringComparer.Ordinal);
        new EngineUnits(world).Define(name, command, end);
        UpCommand.WriteWrapper(world, JournalctlProgram.Name);
        return ControlProgram.Say($"{name} is a unit of the host");
    }
}
