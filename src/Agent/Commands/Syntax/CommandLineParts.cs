using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Commands.Run;
using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Configuration.Host;
using Agent.Configuration.Yaml;
using Agent.Storage;
using Agent.Web;

namespace Agent.Commands.Syntax;

internal enum OutputFormat
{
    Text,
    Json,
}

/// <summary>Options that several subcommands share, and their meaning.</summary>
internal static class CommandLineParts
{
    public static readonly Option<string> Config =
        OfFile("--config", $"Configuration file. Default: $NPU_AGENT_CONFIG, or {HostFolders.Here.Configuration}.", ConfigurationFile());

    public static Option<OutputFormat> Output() => Words<OutputFormat>("--output", "text, or json for scripts.", "-o");

    /// <summary>An option with the members of an enum as its words. Without this the library would accept numbers, too, even of no member.</summary>
    public static Option<T> Words<T>(string name, string description, params string[] aliases)
        where T : struct, Enum
    {
        string[] words = [.. Enum.GetValues<T>().Select(member => Domain.Words.Of(member))];
        return new Option<T>(name, aliases)
        {
            Description = description,
            HelpName = string.Join('|', words),
            CustomParser = given => Domain.Words.Parse<T>(given.Tokens[0].Value) is { } member ? member : Refuse(given),
        };

        T Refuse(ArgumentResult given)
        {
            given.AddError($"{name}: found '{given.Tokens[0].Value}', allowed: {string.Join(", ", words)}");
            return default;
        }
    }

    /// <summary>A whole number within bounds.</summary>
    public static Option<int> Number(string name, int standard, string description, int least, int most)
    {
        return new Option<int>(name)
        {
            Description = description,
            DefaultValueFactory = _ => standard,
            HelpName = "N",
            CustomParser = given =>
                int.TryParse(given.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least
                    && number <= most
                    ? number
                    : Refuse(given),
        };

        int Refuse(ArgumentResult given)
        {
            given.AddError($"{name}: found '{given.Tokens[0].Value}', expected a whole number from {least} to {most}");
            return standard;
        }
    }

    /// <summary>A number within bounds.</summary>
    public static Option<double> Decimal(string name, double standard, string description, string helpName, double least, double most)
    {
        return new Option<double>(name)
        {
            Description = description,
            DefaultValueFactory = _ => standard,
            HelpName = helpName,
            CustomParser = given =>
                double.TryParse(given.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                    ? number
                    : Refuse(given),
        };

        double Refuse(ArgumentResult given)
        {
            given.AddError($"{name}: found '{given.Tokens[0].Value}', expected a number from {Quantity.Plain(least)} to {Quantity.Plain(most)}");
            return standard;
        }
    }

    /// <summary>en or zh. Null: the option was not given.</summary>
    public static Option<string?> Language(string description, params string[] aliases)
    {
        return new Option<string?>("--language", aliases)
        {
            Description = description,
            HelpName = "en|zh",
            CustomParser = given => given.Tokens[0].Value is "en" or "zh" ? given.Tokens[0].Value : Refuse(given),
        };

        static string? Refuse(ArgumentResult given)
        {
            given.AddError($"--language: found '{given.Tokens[0].Value}', allowed: en, zh");
            return null;
        }
    }

    /// <summary>
    /// A file of the command line. It is relative to the folder in which the command is called. The program leaves that folder before it works.
    /// </summary>
    public static Option<string> OfFile(string name, string description, string? standard = null)
    {
        var here = WorkingFolder.Named;
        var option = new Option<string>(name) { Description = description, HelpName = "FILE", CustomParser = given => Absolute(given.Tokens[0].Value) };
        if (standard is not null)
            option.DefaultValueFactory = _ => Absolute(standard);
        return option;

        string Absolute(string path) => path.Length == 0 ? path : Path.GetFullPath(path, here);
    }

    /// <summary>A command with examples, which <see cref="Help"/> prints. People look for examples first.</summary>
    public static Command Command(string name, string description, params IReadOnlyList<string> examples) =>
        new CommandWithExamples(name, description, examples);

    /// <summary>Runs an action with the settings. Root runs it as the owner of the state folder. A wrong configuration is told line by line.</summary>
    /// <param name="action">The work of the command.</param>
    /// <param name="written">Folders that it writes to besides the state folder, with their keys. Null when it ends soon and writes to no others.</param>
    /// <param name="usesState">It is of no use to a user who may not look into the state folder.</param>
    public static Func<ParseResult, CancellationToken, Task<int>> WithSettings(
        Func<AgentSettings, ParseResult, CancellationToken, Task<int>> action,
        Func<AgentSettings, IEnumerable<(string Key, string Folder)>>? written = null,
        bool usesState = true) => async (parse, cancellation) =>
    {
        var path = parse.GetRequiredValue(Config);
        // The file is read once: root may read a file that the other user may not, and nobody can exchange it in between.
        var (text, problem) = SettingsFile.Read(path, () => RegularFile.Open(path));
        var load = text is null ? new ConfigurationLoad(null, [problem!]) : SettingsFile.Parse(path, text, ProgramPath.Exists);
        if (load.Settings is not { } settings)
            return await RunAsync(load, action, parse, cancellation);
        var (became, refused) = StateOwner.Become(settings, written?.Invoke(settings) ?? []);
        if (usesState)
            refused ??= StateOwner.Closed(settings);
        if (refused is not null)
        {
            await Console.Error.WriteLineAsync(refused);
            return ExitCodes.Refused;
        }

        if (became is null)
            return await RunAsync(load, action, parse, cancellation);
        var told = $"run by root, this works as {became}, the owner of state_folder {settings.StateFolder}";
        if (written is not null)
            await Console.Error.WriteLineAsync(told);
        // Some defaults differ for another user.
        var code = await RunAsync(SettingsFile.Parse(path, text!, ProgramPath.Exists), action, parse, cancellation);
        if (written is null && code is not (ExitCodes.Ok or ExitCodes.NotFound))
            await Console.Error.WriteLineAsync($"note: {told}");
        return code;
    };

    /// <summary>The same for a command that asks the daemon and touches nothing itself: the user of the command stays the same.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> WithDaemon(Func<AgentSettings, ParseResult, CancellationToken, Task<int>> action) =>
        (parse, cancellation) => RunAsync(SettingsFile.Load(parse.GetRequiredValue(Config), ProgramPath.Exists), action, parse, cancellation);

    public static async Task<int> RunAsync(ConfigurationLoad load, Func<AgentSettings, ParseResult, CancellationToken, Task<int>> action, ParseResult parse,
        CancellationToken cancellation)
    {
        if (load.Settings is not { } settings)
        {
            foreach (var problem in load.Problems)
                await Console.Error.WriteLineAsync(problem.ToString());
            return ExitCodes.Configuration;
        }

        try
        {
            return await action(settings, parse, cancellation);
        }
        catch (DaemonUnreachableException away)
        {
            await Console.Error.WriteLineAsync(away.Message);
            return ExitCodes.Unreachable;
        }
        catch (StorageException broken)
        {
            await Console.Error.WriteLineAsync(broken.Message);
            return ExitCodes.Refused;
        }
    }

    /// <summary>Runs an action only if every file that the configuration names and the agent needs is in order.</summary>
    public static Func<AgentSettings, ParseResult, CancellationToken,
        Task<int>> AfterFiles(Func<AgentSettings, ParseResult, CancellationToken, Task<int>> action) => async (settings, parse, cancellation) =>
    {
        var problems = NamedFile.Problems(settings, needed: true).ToList();
        foreach (var problem in problems)
            await Console.Error.WriteLineAsync(problem.ToString());
        return problems.Count == 0 ? await action(settings, parse, cancellation) : ExitCodes.Configuration;
    };

    /// <summary>The same with the engine that an argument names.</summary>
    public static Func<ParseResult, CancellationToken,
        Task<int>> WithEngine(Argument<string> name, Func<AgentSettings, EngineSettings, ParseResult, CancellationToken, Task<int>> action) =>
        WithSettings(async (settings, parse, cancellation) =>
        {
            var wanted = parse.GetRequiredValue(name);
            if (settings.Engines.FirstOrDefault(e => e.Name == wanted) is { } engine)
                return await action(settings, engine, parse, cancellation);
            await Console.Error.WriteLineAsync(NoEngine(settings, wanted));
            return ExitCodes.NotFound;
        });

    public static string NoEngine(AgentSettings settings, string wanted)
    {
        var names = settings.Engines.Select(e => e.Name).ToList();
        var near = Nearest.Question(wanted, names);
        return $"no engine '{wanted}' in {settings.File}{(near.Length > 0 ? near : $"; there are: {string.Join(", ", names)}")}";
    }

    public static async Task<int> AskDaemonAsync(AgentSettings settings, Func<ControlClient, Task<ControlAnswer>> ask)
    {
        using var client = new ControlClient(settings.ControlSocket);
        var answer = await ask(client);
        await (answer.Accepted ? Console.Out : Console.Error).WriteLineAsync(answer.Text);
        return answer.Accepted ? ExitCodes.Ok : ExitCodes.Refused;
    }

    private static string ConfigurationFile() => Environment.GetEnvironmentVariable("NPU_AGENT_CONFIG") is { Length: > 0 } named ? named
        : HostFolders.Here.Configuration;
}
