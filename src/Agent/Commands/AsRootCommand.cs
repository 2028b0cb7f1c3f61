using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Adapters;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Bundles;
using Agent.Commands.Engine;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Domain;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Remedies;

namespace Agent.Commands;

/// <summary>
/// The commands of root's oneshot units. The agent gives them nothing but the number
/// of a chip. They run the commands of the configuration, which has to belong to root.
/// </summary>
internal static class AsRootCommand
{
    private static readonly Regex ChipName = RarePattern.Of(@"\A([0-9]{1,3})-([0-9]{1,2})\z");

    public static Command Create()
    {
        var chip = new Argument<string>("chip") { Description = "CARD-CHIP as npu-smi numbers them." };
        var reset = new Command("reset", "Reset one chip; for the unit npu-agent-reset@CARD-CHIP.") { chip };
        reset.SetAction(WithRootsSettings((settings, parse, cancellation) => ResetAsync(settings, parse.GetRequiredValue(chip), cancellation)));
        var collect = new Command("collect", "Collect what only root may read; for the unit npu-agent-collect.");
        collect.SetAction(WithRootsSettings((settings, _, cancellation) => CollectAsync(settings, RootUnits.CollectedLogs, cancellation)));
        var engine = EngineCommand.Name();
        var admit = new Command("admit", "Say whether an engine may be started; for the unit npu-engine@NAME.") { engine };
        admit.SetAction(WithRootsFile(async (load, parse, cancellation) =>
        {
            // Somebody may be editing the file. A mistake elsewhere in it is no reason to let an engine down.
            if (load.Understood is { } understood && RefusalOf(understood, parse.GetRequiredValue(engine)) is null)
                return ExitCodes.Ok;
            return await CommandLineParts.RunAsync(load, (settings, _, _) => RefuseAsync(RefusalOf(settings, parse.GetRequiredValue(engine))!), parse,
                cancellation);
        }));
        return new Command("as-root", "Commands for the units of the agent that run as root.") { Hidden = true, Subcommands = { reset, collect, admit } };
    }

    /// <returns>Null: it names no chip.</returns>
    public static Subject? ChipOf(string name) => ChipName.Match(name) is { Success: true } digits
        ? Subject.Chip(Number(digits.Groups[1]), Number(digits.Groups[2])) : null;

    /// <summary>Every part of the file's path is checked before the file is read, and the checked file is the one that is read.</summary>
    private static Func<ParseResult, CancellationToken,
        Task<int>> WithRootsFile(Func<ConfigurationLoad, ParseResult, CancellationToken, Task<int>> action) => async (parse, cancellation) =>
    {
        if (!FileOwner.IsRoot)
            return await RefuseAsync("needs root; the unit of the agent runs this");
        var path = parse.GetRequiredValue(CommandLineParts.Config);
        var (file, refused) = OwnedPath.Open(path, PathOwner.Root);
        using (file)
        {
            if (file is null)
                return await RefuseAsync(refused!);
            var (text, problem) = SettingsFile.Read(path, file.OpenRead);
            var load = text is null ? new ConfigurationLoad(null, [problem!]) : SettingsFile.Parse(path, text, ProgramPath.Exists);
            return await action(load, parse, cancellation);
        }
    };

    private static Func<ParseResult, CancellationToken, Task<int>> WithRootsSettings(Func<AgentSettings, ParseResult, CancellationToken, Task<int>> action) =>
        WithRootsFile((load, parse, cancellation) => CommandLineParts.RunAsync(load, action, parse, cancellation));

    private static async Task<int> RefuseAsync(string why)
    {
        await Console.Error.WriteLineAsync(why);
        return ExitCodes.Refused;
    }

    /// <summary>
    /// The agent may start the unit by any name, because its polkit rule cannot know the configuration.
    /// So root checks before anything of the unit runs: a name that is no engine there is not started.
    /// </summary>
    /// <returns>Null: it may be started.</returns>
    public static string? RefusalOf(AgentSettings settings, string name)
    {
        var admitted = settings.Engines.Where(e => e.RunsIn.IsOwnUnit).Select(e => e.Name).ToList();
        return admitted.Contains(name) ? null
            : $"'{name}' is no engine of kind systemd in {settings.File}, so it is not started; there "
            + $"{(admitted.Count == 0 ? "is none" : $"are: {string.Join(", ", admitted)}")}";
    }

    private static async Task<int> ResetAsync(AgentSettings settings, string name, CancellationToken cancellation)
    {
        if (ChipOf(name) is not { } chip)
        {
            await Console.Error.WriteLineAsync($"'{name}' is no chip; write CARD-CHIP, for example 0-1");
            return ExitCodes.Usage;
        }

        var runner = new ProcessRunner(TimeProvider.System);
        var remedy = new ChipResetRemedy(runner, settings.Vendor, Composition.Root(settings, runner));
        var gate = Composition.Gate(settings);
        var outcome = await remedy.RunAsync(new StepContext(new Step(StepKind.ResetChip, chip), "", text => Console.WriteLine(gate.Clean(text))), cancellation);
        Console.WriteLine(gate.Clean(outcome.Detail));
        return outcome.Succeeded ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<int> CollectAsync(AgentSettings settings, string target, CancellationToken cancellation)
    {
        if (OwnedPath.Problem(target) is { } refused)
            return await RefuseAsync($"{target}: {refused}");
        if (Directory.Exists(target))
            Directory.Delete(target, recursive: true);
        Directory.CreateDirectory(target);
        var room = new BundleRoom(settings.Bundles.FullMaxBytes);
        var redaction = Composition.Gate(settings).Redaction;
        List<string> problems = [];
        foreach (var source in BundleSourceList.ForRoot(PlugIns.Own.Sources,
            new RootSourceParts { Settings = settings, Runner = new ProcessRunner(TimeProvider.System) }))
        {
            var folder = new BundleFolder(target, redaction, settings.Bundles.SourceMaxBytes, room, cancellation) { Time = settings.Bundles.FullDeadline };
            await source.CollectAsync(folder, cancellation);
            var (files, noted, absent) = folder.Close();
            problems.AddRange(noted);
            Console.WriteLine($"{source.Name}: {Counted.Text(files.Count, "file")}, {Counted.Text(noted.Count, "problem")}, {absent.Count} absent");
        }

        await File.WriteAllLinesAsync(Path.Combine(target, RootLogSource.Problems), problems, cancellation);
        return ExitCodes.Ok;
    }

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);
}
