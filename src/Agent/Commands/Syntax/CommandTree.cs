using System.CommandLine;
using Agent.Commands.Engine;
using Agent.Commands.Notify;
using Agent.Commands.Run;

namespace Agent.Commands.Syntax;

/// <summary>All commands. Help, manual page and completions are made from the tree, so they always agree with it.</summary>
internal static class CommandTree
{
    public static RootCommand Create()
    {
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
            NotifyCommand.Create(),
            EngineCommand.Create(),
            ConfigCommand.Create(),
            FaultsCommand.Create(),
            AsRootCommand.Create(),
        };
        CommandLineParts.Config.Recursive = true;
        root.Options.Add(CommandLineParts.Config);
        Help.AddTo(root);
        return root;
    }
}
