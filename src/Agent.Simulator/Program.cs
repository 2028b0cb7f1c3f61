using Agent.Simulator;
using Agent.Simulator.Tools;
using Agent.Simulator.Vllm;

// The first word says which program this process is: the wrapper scripts in the world's bin folder put it there.
var (world, rest) = World.FromArguments(args);
return rest switch
{
    ["npu-smi", .. var a] => await NpuSmiProgram.RunAsync(world, a),
    ["systemctl", .. var a] => await SystemctlProgram.RunAsync(world, a),
    ["ascend-dlog", .. var a] => AscendDlogProgram.Run(world, a),
    ["msnpureport", .. var a] => MsnpureportProgram.Run(world, a),
    ["vllm", .. var a] => await ApiServer.RunAsync(world, a),
    [EngineCore.Program, .. var a] => await EngineCore.RunAsync(world, a),
    [Worker.Program, .. var a] => await Worker.RunAsync(world, a),
    [ResourceTracker.Program, .. var a] => await ResourceTracker.RunAsync(a),
    _ => await ControlProgram.RunAsync(world, rest),
};
