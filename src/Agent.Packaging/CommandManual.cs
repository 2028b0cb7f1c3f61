using System.CommandLine;
using Agent.Commands.Syntax;

namespace Agent.Packaging;

/// <summary>npu-agent(1), from the same tree that parses the command line.</summary>
internal static class CommandManual
{
    public static string Write(Command root, string version, DateOnly date)
    {
        var page = new Roff("npu-agent", 1, "Commands", version, date)
            .Section("name").Text("npu-agent - keeps a vLLM engine serving on a Kunpeng + Ascend host")
            .Section("synopsis").Text("npu-agent [COMMAND] [OPTIONS]")
            .Section("description").Text(root.Description!);
        var commands = CommandPage.Walk(root).ToList();
        Options(page.Section("options"), commands[0]);
        page.Section("commands");
        foreach (var command in commands.Skip(1))
            Command(page, command);
        page.Section("exit status").Verbatim(ExitCodes.Table.Split('\n').Skip(1).Select(l => l.Trim()));
        return page
            .Section("environment").Entry("NPU_AGENT_CONFIG", "Configuration file, when --config is not given.")
                .Entry("NPU_AGENT_TRACE", "Any value: an error that was not foreseen prints its trace.")
            .Section("files")
            .Entry("/etc/npu-agent/agent.yaml", "Configuration; see agent.yaml(5).")
            .Entry("/var/lib/npu-agent", "Database, logs of the engines, bundles of evidence.")
            .Entry("/var/log/npu-agent", "Log of the agent itself.")
            .Entry("/run/npu-agent/agent.sock", "Where the commands talk to the daemon.")
            .Section("see also").Text("agent.yaml(5), systemctl(1)")
            .ToString();
    }

    private static void Command(Roff page, CommandPage command)
    {
        page.Part(command.Synopsis).Text(command.Command.Description!);
        foreach (var argument in command.Arguments)
            page.Entry(argument.Name.ToUpperInvariant(), argument.Description ?? "");
        Options(page, command);
        if (command.Command is CommandWithExamples { Examples.Count: > 0 } with)
            page.Verbatim(with.Examples.Select(e => $"npu-agent {e}"));
    }

    private static void Options(Roff page, CommandPage command)
    {
        foreach (var option in command.Options)
        {
            var tag = string.Join(", ", CommandPage.Spellings(option)) + (CommandPage.TakesValue(option) ? $" {option.HelpName ?? "VALUE"}" : "");
            page.Entry(tag, option.Description ?? "");
        }
    }
}
