using System.Runtime.InteropServices;
using System.Text;

namespace Agent.Simulator.Control;

internal static class UpCommand
{
    public static int Run(World world, Flags flags)
    {
        var profile = flags.Choice("--profile", "guide", "guide", "ascend");
        var chips = flags.Whole("--chips", 1, 8) ?? 8;
        var pace = flags.Number("--pace", 0.1, 100) ?? 1;
        if (world.Exists)
            throw new WorldException($"{world.Folder} is a simulated host already; end it with `simulator down --world {world.Folder}`");
        var made = !Directory.Exists(world.Folder);
        if (!made && Directory.EnumerateFileSystemEntries(world.Folder).Any())
            throw new WorldException($"{world.Folder} is not empty; name a new folder");
        world.Create(new WorldSettings(profile, chips, pace, made));
        string[] programs = ["npu-smi", "hccn_tool", "systemctl", "vllm", profile == "guide" ? "ascend-dlog" : "msnpureport"];
        foreach (var program in programs)
            WriteWrapper(world, program);
        DriverFiles.Write(world, chips);
        return ControlProgram.Say($"""
            simulated host in {world.Folder}: profile {profile}, {chips} chips, pace {pace}
            programs: {string.Join(", ", programs)}

            export PATH={Quoted(world.Bin)}:"$PATH"
            vllm serve /models/m --served-model-name m --tensor-parallel-size 2 --host 127.0.0.1 --port 8000 &
            simulator fault engine-hang --world {Quoted(world.Folder)}
            """);
    }

    public static void WriteWrapper(World world, string program)
    {
        // The name of the program stands right before its arguments, so that a command line reads `... vllm serve ...`.
        var text = new StringBuilder("#!/bin/sh\n");
        text.Append("export ").Append(DownCommand.Marker).Append('=').Append(Quoted(world.Folder)).Append('\n');
        if (RuntimeRoot() is { } root)
            text.Append("export DOTNET_ROOT=").Append(Quoted(root)).Append('\n');
        text.Append("exec ").Append(Quoted(Processes.Simulator)).Append(" --world ").Append(Quoted(world.Folder)).Append(' ').Append(program)
            .Append(" \"$@\"\n");
        var path = Path.Combine(world.Bin, program);
        File.WriteAllText(path, text.ToString());
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("755", 8));
    }

    /// <summary>The place of the runtime for a framework-dependent build: an agent starts its engine with a clean environment.</summary>
    private static string? RuntimeRoot() => File.Exists(Processes.Simulator + ".dll")
        ? Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."))
        : null;

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
