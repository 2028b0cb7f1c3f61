using Agent.Simulator;
using Agent.Simulator.Control;
using Agent.Simulator.Tools;
using Agent.Simulator.Vllm;

// The word after the world tells which program this process is. The wrapper scripts in the world's bin folder put it there.
try
{
    var (world, rest) = World.FromArguments(args);
    SharedFolder.Join(world.Folder);
    VllmLog.IsSilent = world.Report is { TellsStart: true };
    return rest switch
    {
        ["npu-smi", .. var a] => await NpuSmiProgram.RunAsync(world, a),
        ["hccn_tool", .. var a] => HccnToolProgram.Run(world, a),
        ["systemctl", .. var a] => await SystemctlProgram.RunAsync(world, a),
        [JournalctlProgram.Name, .. var a] => await JournalctlProgram.RunAsync(world, a),
        ["ascend-dlog", .. var a] => AscendDlogProgram.Run(world, a),
        ["msnpureport", .. var a] => MsnpureportProgram.Run(world, a),
        ["vllm", .. var a] => await VllmProgram.RunAsync(world, a),
        [EngineCore.Program, .. var a] => await EngineCore.RunAsync(world, a),
        [Worker.Program, .. var a] => await Worker.RunAsync(world, a),
        [ForeignJob.Program, .. var a] => await ForeignJob.RunAsync(world, a),
        [ResourceTracker.Program, ..] => await ResourceTracker.RunAsync(),
        _ => ControlProgram.Run(world, rest),
    };
}
catch (WorldException wrong)
{
    await Console.Error.WriteLineAsync($"simulator: {wrong.Message}");
    return 2;
}
