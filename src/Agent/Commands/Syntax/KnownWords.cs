using System.CommandLine.Completions;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Commands.Run;
using Agent.Configuration;
using Agent.Demo;
using Agent.Domain.Faults;
using Agent.Storage;

namespace Agent.Commands.Syntax;

/// <summary>
/// Words that a shell offers and only the program knows: engines of the configuration, incidents of the database. A key press asks
/// for them. So words that cannot be found are left out without a message. Root looks as the owner of the state folder, as in every
/// command. An argument with such words needs a HelpName, too: otherwise the library's help would list all of them in its place.
/// </summary>
internal static class KnownWords
{
    public const string NewestIncident = "last";

    /// <summary>More words than anybody chooses from.</summary>
    private const int MostIncidents = 50;

    public static readonly Func<CompletionContext, IEnumerable<CompletionItem>> Engines =
        Items(context => Settings(context)?.Engines.Select(e => e.Name) ?? []);

    public static readonly Func<CompletionContext, IEnumerable<CompletionItem>> Channels =
        Items(context => Settings(context)?.Notifiers.Select(n => n.Name) ?? []);

    public static readonly Func<CompletionContext, IEnumerable<CompletionItem>> Faults = Items(_ => FaultCatalog.Default.All.Select(f => f.Code));

    public static readonly Func<CompletionContext, IEnumerable<CompletionItem>> Scenarios = Items(_ => DemoScenario.All.Select(s => s.Name).Append("all"));

    public static readonly Func<CompletionContext, IEnumerable<CompletionItem>> Incidents = Items(NewestIncidents);

    /// <summary>Whether the shell has to ask the program for the words. The library has sources of its own for words that its types tell.</summary>
    public static bool Has(IEnumerable<Func<CompletionContext, IEnumerable<CompletionItem>>> sources) =>
        sources.Any(s => s == Engines || s == Channels || s == Faults || s == Scenarios || s == Incidents);

    private static Func<CompletionContext, IEnumerable<CompletionItem>> Items(Func<CompletionContext, IEnumerable<string>> words) =>
        context => words(context).Select(w => new CompletionItem(w));

    private static IEnumerable<string> NewestIncidents(CompletionContext context)
    {
        List<string> words = [NewestIncident];
        if (Settings(context) is not { } settings || StateOwner.Become(settings, []).Refused is not null)
            return words;
        try
        {
            using var connection = Database.OpenReadOnly(settings.StateFolder);
            if (connection is null)
                return words;
            var store = new IncidentStore(connection, Composition.Gate(settings));
            words.AddRange(store.List(all: true, DateTimeOffset.UnixEpoch, MostIncidents).Select(h => h.Incident.Id));
        }
        catch (StorageException)
        {
            // The command itself will report it.
        }

        return words;
    }

    /// <summary>The settings of the file. If the file has mistakes, the parts that could be understood.</summary>
    private static AgentSettings? Settings(CompletionContext context) =>
        context.ParseResult.GetValue(CommandLineParts.Config) is { } path && SettingsFile.Read(path, () => RegularFile.Open(path)).Text is { } text
            ? SettingsFile.Parse(path, text, ProgramPath.Exists).Understood
            : null;
}
