using System.CommandLine;
using System.Globalization;
using Agent.Configuration;

namespace Agent.Commands;

/// <summary>Bundles of evidence.</summary>
internal static class BundleCommand
{
    public static Command Create()
    {
        var command = CommandLineParts.Command("bundle", "Bundles of evidence (dlog bundles).", "bundle list", "bundle create");
        var list = CommandLineParts.Command("list", "List the bundles, the newest first.", "bundle list");
        list.SetAction(CommandLineParts.WithSettings((settings, _, _) => Task.FromResult(List(settings))));
        command.Subcommands.Add(list);
        command.Subcommands.Add(CreateOne());
        return command;
    }

    private static Command CreateOne()
    {
        var fast = new Option<bool>("--fast") { Description = "Without device logs, which take minutes on a real host." };
        var command = CommandLineParts.Command("create", "Collect evidence now. Needs no running agent and touches nothing.", "bundle create", "bundle create --fast");
        command.Options.Add(fast);
        command.SetAction(CommandLineParts.WithSettings(async (settings, parse, cancellation) =>
        {
            var parts = Composition.Parts(settings, keeps: false, TimeProvider.System);
            foreach (var engine in parts.Engines)
                engine.Host.Adopt();
            var collect = Composition.Collector(settings, parts, Environment.MachineName, TimeProvider.System);
            var outcome = await collect("manual", !parse.GetValue(fast), text => Console.Error.WriteLine(text), cancellation);
            if (outcome.Bundle is not { } path)
            {
                await Console.Error.WriteLineAsync(outcome.Detail);
                return ExitCodes.Failed;
            }

            Console.WriteLine($"{path} ({outcome.Detail})");
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static int List(AgentSettings settings)
    {
        var folder = new DirectoryInfo(settings.Bundles.Folder);
        var files = folder.Exists ? folder.GetFiles("*.tar.gz").OrderByDescending(f => f.LastWriteTimeUtc).ToList() : [];
        if (files.Count == 0)
            Console.WriteLine($"no bundles in {folder.FullName}");
        else
            Console.Write(Terminal.Table(
                ["WRITTEN", "SIZE", "BUNDLE"],
                files.Select(f => (IReadOnlyList<string>)[f.LastWriteTimeUtc.ToString("u", CultureInfo.InvariantCulture), $"{f.Length / 1024.0 / 1024:0.0} MiB", f.FullName])));
        return ExitCodes.Ok;
    }
}
