using System.CommandLine;
using Agent.Configuration;
using Agent.Storage;
using Agent.Web;

namespace Agent.Commands;

internal enum OutputFormat
{
    Text,
    Json,
}

/// <summary>Options that several subcommands share, and what they make of them.</summary>
internal static class CommandLineParts
{
    public static readonly Option<string> Config = new("--config")
    {
        Description = $"Configuration file. Default: $NPU_AGENT_CONFIG, or {HostFolders.Here.Configuration}.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("NPU_AGENT_CONFIG") ?? HostFolders.Here.Configuration,
        HelpName = "FILE",
        Recursive = true,
    };

    public static Option<OutputFormat> Output() => new("--output", "-o") { Description = "text, or json for scripts.", HelpName = "text|json" };

    /// <summary>A command with examples, which <see cref="Help"/> prints: they are what people look for.</summary>
    public static Command Command(string name, string description, params IReadOnlyList<string> examples) => new CommandWithExamples(name, description, examples);

    /// <summary>Runs an action with the settings; a wrong configuration is told line by line.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> WithSettings(Func<AgentSettings, ParseResult, CancellationToken, Task<int>> action) => async (parse, cancellation) =>
    {
        var load = SettingsFile.Load(parse.GetRequiredValue(Config), ProgramExists);
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
    };

    /// <summary>The same with the engine that an argument names.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> WithEngine(Argument<string> name, Func<AgentSettings, EngineSettings, ParseResult, CancellationToken, Task<int>> action) =>
        WithSettings(async (settings, parse, cancellation) =>
        {
            var wanted = parse.GetRequiredValue(name);
            if (settings.Engines.FirstOrDefault(e => e.Name == wanted) is { } engine)
                return await action(settings, engine, parse, cancellation);
            await Console.Error.WriteLineAsync($"no engine '{wanted}' in {settings.File}; there are: {string.Join(", ", settings.Engines.Select(e => e.Name))}");
            return ExitCodes.NotFound;
        });

    public static async Task<int> AskDaemonAsync(AgentSettings settings, Func<ControlClient, Task<ControlAnswer>> ask)
    {
        using var client = new ControlClient(settings.ControlSocket);
        var answer = await ask(client);
        await (answer.Accepted ? Console.Out : Console.Error).WriteLineAsync(answer.Text);
        return answer.Accepted ? ExitCodes.Ok : ExitCodes.Refused;
    }

    public static string User => Environment.UserName;

    public static bool ProgramExists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Any(folder => File.Exists(Path.Combine(folder, program)));
}
