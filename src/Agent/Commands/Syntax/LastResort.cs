using System.CommandLine;
using System.CommandLine.Invocation;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using Agent.Adapters.Processes;
using Agent.Screens;

namespace Agent.Commands.Syntax;

/// <summary>
/// Runs a command, and reports in a sentence any error that no command foresaw. The stack trace of the native
/// program is only addresses, and an operator at three in the morning needs the reason and the next step.
/// </summary>
internal static class LastResort
{
    private const string Trace = "NPU_AGENT_TRACE";

    [SuppressMessage("Design", "CA1031", Justification = "It is the last one to catch anything.")]
    public static async Task<int> RunAsync(string[] arguments)
    {
        var command = "npu-agent";
        // Nobody catches an error on a thread of its own. The runtime would end the process by SIGABRT.
        AppDomain.CurrentDomain.UnhandledException += (_, unforeseen) =>
        {
            Tell(command, (Exception)unforeseen.ExceptionObject);
            Environment.Exit(ExitCodes.Failed);
        };
        try
        {
            StandardStreams.Hold();
            Terminal.TakeOver();
            var parse = CommandTree.Create().Parse(arguments);
            command = Help.NameOf(parse.CommandResult);
            WorkingFolder.Leave();
            if (ProgramPath.LeftOut(ProgramPath.Own) is { } reason)
                await Console.Error.WriteLineAsync($"note: {reason}");
            if (parse is { Errors.Count: > 0, Action: ParseErrorAction })
                return UsageErrors.Tell(parse, command);
            return await parse.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception unforeseen)
        {
            Tell(command, unforeseen);
            return ExitCodes.Failed;
        }
    }

    private static void Tell(string command, Exception unforeseen)
    {
        try
        {
            Console.Error.WriteLine($"{command} failed: {Reason(unforeseen)}. {Advice(unforeseen)}");
            if (Environment.GetEnvironmentVariable(Trace) is { Length: > 0 })
                Console.Error.WriteLine(unforeseen);
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            // Nobody can be told; the exit code says it.
        }
    }

    /// <summary>An inner exception says more than the one that wraps it.</summary>
    private static string Reason(Exception unforeseen)
    {
        if (unforeseen is OperationCanceledException)
            return "it was stopped before its end";
        var cause = unforeseen;
        while (cause is AggregateException or TypeInitializationException && cause.InnerException is { } inner)
            cause = inner;
        return cause.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
    }

    private static string Advice(Exception unforeseen) => unforeseen switch
    {
        OperationCanceledException => "Run it again.",
        IOException or UnauthorizedAccessException or Win32Exception =>
            "Check the file or program that is named there: does it exist, may this user open it, has its disk room? `npu-agent config validate` checks all "
            + "that the configuration names.",
        _ => $"This was not foreseen: run it again with {Trace}=1, and report the output, with `npu-agent --version`, to the supplier of this package.",
    };
}
