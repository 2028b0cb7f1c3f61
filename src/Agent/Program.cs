using System.CommandLine;
using Agent.Commands;

var root = new RootCommand("npu-agent keeps an LLM inference engine serving on a Kunpeng + Ascend host.")
{
    RunCommand.Create(),
    DemoCommand.Create(),
    CheckCommand.Create(),
    StatusCommand.Create(),
    IncidentsCommand.Create(),
    BundleCommand.Create(),
    ReportCommand.Create(),
    MaintenanceCommand.Create(),
    EngineCommand.Create(),
    ConfigCommand.Create(),
    FaultsCommand.Create(),
};
root.Options.Add(CommandLineParts.Config);
Help.AddTo(root);
return await root.Parse(args).InvokeAsync();
