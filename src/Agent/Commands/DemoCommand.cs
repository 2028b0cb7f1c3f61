using System.CommandLine;
using Agent.Adapters.Processes;
using Agent.Commands.Syntax;
using Agent.Configuration.Yaml;
using Agent.Demo;
using Agent.Screens;

namespace Agent.Commands;

/// <summary>The whole story with one command, on a simulated host.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = CommandLineParts.Command(
            "demo",
            "Show the agent at work: a simulated host serves a model, something breaks, the agent sees it, secures the evidence, recovers and verifies. "
                + "Needs no root and leaves nothing behind.",
            "demo",
            "demo --fault engine-hang",
            "demo --fault all",
            "demo --list",
            "demo --keep");
        var fault = new Option<string>("--fault")
        {
            Description = "The fault to play; all plays every scenario and prints a table.",
            DefaultValueFactory = _ => DemoScenario.Default,
            HelpName = "NAME|all",
            CompletionSources = { KnownWords.Scenarios },
        };
        var list = new Option<bool>("--list") { Description = "List the scenarios." };
        var keep = new Option<bool>("--keep") { Description = "Leave the host up for exploring; prints how to end it." };
        // The simulator's own bounds.
        var pace = CommandLineParts.Decimal("--pace", 4, "How much faster than its own time the simulated host runs.", "N", 0.1, 100);
        var simulator = CommandLineParts.OfFile("--simulator", "The simulator program, when it does not lie beside this one.");
        foreach (var option in (Option[])[fault, list, keep, pace, simulator])
            command.Options.Add(option);
        command.SetAction((parse, cancellation) => parse.GetValue(list)
            ? Task.FromResult(List(Screen.Here(), DemoScenario.All))
            : PlayAsync(parse.GetRequiredValue(fault), parse.GetValue(keep), parse.GetValue(pace), parse.GetValue(simulator), cancellation));
        return command;
    }

    internal static int List(Screen screen, IEnumerable<DemoScenario> scenarios)
    {
        screen.Table(["SCENARIO", "WHAT YOU WILL SEE"], scenarios.Select(s => (IReadOnlyList<string>)[s.Name, s.Expected]));
        return ExitCodes.Ok;
    }

    private static async Task<int> PlayAsync(string name, bool keep, double pace, string? named, CancellationToken cancellation)
    {
        var scenarios = DemoScenario.All.Where(s => name == "all" || s.Name == name).ToList();
        if (scenarios.Count == 0)
        {
            var advice = Nearest.Advice(name, DemoScenario.All.Select(s => s.Name), "`npu-agent demo --list` shows them");
            await Console.Error.WriteLineAsync($"no scenario '{name}'{advice}");
            return ExitCodes.NotFound;
        }

        if (DemoHost.FindSimulator(named) is not { } simulator)
        {
            await Console.Error.WriteLineAsync("the simulator was not found beside this program; build it (dotnet build) and name it with --simulator FILE");
            return ExitCodes.NotFound;
        }

        if (ProgramPath.Problem(simulator) is { } problem)
        {
            await Console.Error.WriteLineAsync(problem);
            return ExitCodes.Refused;
        }

        List<DemoOutcome> outcomes = [];
        foreach (var scenario in scenarios)
        {
            if (scenarios.Count > 1)
                await Console.Error.WriteLineAsync($"{scenario.Name} ...");
            try
            {
                outcomes.Add(await new DemoPlay(scenario, simulator, pace, verbose: scenarios.Count == 1).RunAsync(keep, cancellation));
            }
            catch (InvalidOperationException broken)
            {
                await Console.Error.WriteLineAsync($"{scenario.Name}: {broken.Message}");
                return ExitCodes.Failed;
            }
        }

        if (outcomes.Count > 1)
            Screen.Here().Table(DemoOutcome.Header, outcomes.Select(o => o.Row()));
        return outcomes.TrueForAll(o => o.IsAsExpected) ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
