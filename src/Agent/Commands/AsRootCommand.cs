using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Bundles;
using Agent.Configuration;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Remedies;

namespace Agent.Commands;

/// <summary>
/// What the oneshot units of root run. Nothing comes from the agent but the number of a chip; the commands are those of the
/// configuration, which has to be root's.
/// </summary>
internal static partial class AsRootCommand
{
    public static Command Create()
    {
        var chip = new Argument<string>("chip") { Description = "CARD-CHIP as npu-smi numbers them." };
        var reset = new Command("reset", "Reset one chip; for the unit npu-agent-reset@CARD-CHIP.") { chip };
        reset.SetAction(WithRootsSettings((settings, parse, cancellation) => ResetAsync(settings, parse.GetRequiredValue(chip), cancellation)));
        var collect = new Command("collect", "Collect what only root may read; for the unit npu-agent-collect.");
        collect.SetAction(WithRootsSettings((settings, _, cancellation) => CollectAsync(settings, RootUnits.CollectedLogs, cancellation)));
        return new Command("as-root", "What the root units of the agent run.") { Hidden = true, Subcommands = { reset, collect } };
    }

    /// <returns>Null: it names no chip.</returns>
    public static Subject? ChipOf(string name) => ChipName().Match(name) is { Success: true } digits ? Subject.Chip(Number(digits.Groups[1]), Number(digits.Groups[2])) : null;

    private static Func<ParseResult, CancellationToken, Task<int>> WithRootsSettings(Func<AgentSettings, ParseResult, CancellationToken, Task<int>> action) =>
        CommandLineParts.WithSettings(async (settings, parse, cancellation) =>
        {
            var refused = Environment.IsPrivilegedProcess ? RootsFile.Problem(settings.File) : "needs root; the unit of the agent runs this";
            if (refused is null)
                return await action(settings, parse, cancellation);
            await Console.Error.WriteLineAsync(refused);
            return ExitCodes.Refused;
        });

    private static async Task<int> ResetAsync(AgentSettings settings, string name, CancellationToken cancellation)
    {
        if (ChipOf(name) is not { } chip)
        {
            await Console.Error.WriteLineAsync($"'{name}' is no chip; write CARD-CHIP, for example 0-1");
            return ExitCodes.Usage;
        }

        var runner = new ProcessRunner(TimeProvider.System);
        var remedy = new ChipResetRemedy(runner, settings.Vendor, Composition.Root(settings, runner));
        var outcome = await remedy.RunAsync(new StepContext(new Step(StepKind.ResetChip, chip), "", Console.WriteLine), cancellation);
        Console.WriteLine(outcome.Detail);
        return outcome.Succeeded ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<int> CollectAsync(AgentSettings settings, string target, CancellationToken cancellation)
    {
        if (Directory.Exists(target))
            Directory.Delete(target, recursive: true);
        Directory.CreateDirectory(target);
        var room = new BundleRoom(settings.Bundles.FullMaxBytes);
        List<string> problems = [];
        foreach (var source in BundleSourceList.ForRoot(settings, new ProcessRunner(TimeProvider.System)))
        {
            var folder = new BundleFolder(target, Composition.Redaction(settings), settings.Bundles.SourceMaxBytes, room, cancellation) { Time = settings.Bundles.FullDeadline };
            await source.CollectAsync(folder, cancellation);
            var (files, noted, absent) = folder.Close();
            problems.AddRange(noted);
            Console.WriteLine($"{source.Name}: {files.Count} files, {noted.Count} problems, {absent.Count} absent");
        }

        await File.WriteAllLinesAsync(Path.Combine(target, RootLogSource.Problems), problems, cancellation);
        return ExitCodes.Ok;
    }

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A([0-9]{1,3})-([0-9]{1,2})\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ChipName();
}
