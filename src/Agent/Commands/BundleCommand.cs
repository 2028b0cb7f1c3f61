using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Agent.Adapters.Files;
using Agent.Commands.Syntax;
using Agent.Reports;
using Agent.Screens;

namespace Agent.Commands;

/// <summary>Bundles of evidence.</summary>
internal static class BundleCommand
{
    public static Command Create()
    {
        var command = CommandLineParts.Command("bundle", "Bundles of evidence (dlog bundles).", "bundle list", "bundle create");
        command.Subcommands.Add(List());
        command.Subcommands.Add(CreateOne());
        return command;
    }

    private static Command CreateOne()
    {
        var fast = new Option<bool>("--fast") { Description = "Without device logs, which take minutes on a real host." };
        var command = CommandLineParts.Command("create", "Collect evidence now. Needs no running agent and touches nothing.", "bundle create",
            "bundle create --fast");
        command.Options.Add(fast);
        command.SetAction(CommandLineParts.WithSettings(async (settings, parse, cancellation) =>
        {
            var parts = Composition.Parts(settings, keeps: false, TimeProvider.System);
            foreach (var engine in parts.Engines)
                await engine.Handle.AdoptAsync(keeps: false, cancellation);
            var evidence = Composition.Evidence(settings, parts, Environment.MachineName, TimeProvider.System);
            try
            {
                var outcome = await evidence.WriteAsync("manual", !parse.GetValue(fast), text => Console.Error.WriteLine(text), cancellation);
                Console.WriteLine($"{outcome.Bundle} ({outcome.Detail})");
                return ExitCodes.Ok;
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync($"no bundle could be written: {refused.Message}");
                return ExitCodes.Failed;
            }
        }));
        return command;
    }

    private static Command List()
    {
        var output = CommandLineParts.Output();
        var command = CommandLineParts.Command("list", "List the bundles, the newest first.", "bundle list", "bundle list --output json");
        command.Options.Add(output);
        command.SetAction(CommandLineParts.WithSettings((settings, parse, _) =>
        {
            if (Closed(settings.Bundles.Folder) is { } closed)
            {
                Console.Error.WriteLine(closed);
                return Task.FromResult(ExitCodes.Refused);
            }

            var bundles = Bundles(settings.Bundles.Folder);
            if (parse.GetValue(output) == OutputFormat.Json)
                Console.WriteLine(JsonSerializer.Serialize(bundles, DocumentJson.Readable.BundleDocumentArray));
            else if (bundles.Length == 0)
                Console.WriteLine($"no bundles in {settings.Bundles.Folder}");
            else
                Print(bundles);
            return Task.FromResult(ExitCodes.Ok);
        }));
        return command;
    }

    /// <summary>The folder may be outside the state folder, with other rights.</summary>
    private static string? Closed(string folder)
    {
        try
        {
            _ = Directory.EnumerateFileSystemEntries(folder).Any();
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            return $"bundles.folder {folder}: {(refused is UnauthorizedAccessException ? AccessRefusal.Of(folder, "read") : refused.Message)}";
        }
    }

    private static BundleDocument[] Bundles(string folder) =>
        new DirectoryInfo(folder) is { Exists: true } found
            ? [.. found.GetFiles("*.tar.gz").OrderByDescending(f => f.LastWriteTimeUtc)
                .Select(f => new BundleDocument(new DateTimeOffset(f.LastWriteTimeUtc), f.Length, f.FullName))]
            : [];

    private static void Print(BundleDocument[] bundles) =>
        Screen.Here().Table(
            ["WRITTEN", "SIZE", "BUNDLE"],
            bundles.Select(b => (IReadOnlyList<string>)[b.WrittenAt.ToString("u", CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{(b.Bytes + 1023) / 1024} KiB"), b.Path]));
}
