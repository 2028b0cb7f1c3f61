using System.Diagnostics;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>What is typed wrongly is told by option, bound and value, with the word that was meant; no message names a type of the program.</summary>
public sealed class CommandLineTests
{
    private const int Usage = 1;
    private const int NotFound = 7;

    [Fact]
    public async Task A_number_out_of_range_is_told_with_its_option_and_its_bounds()
    {
        foreach (var (command, option, bounds) in Numbers)
        {
            foreach (var value in (string[])["abc", "-1", "99999999999999999999", "1e99", "NaN", "0x10", "１２"])
            {
                var result = await RunAsync([.. command.Split(' '), $"{option}={value}"]);
                var said = $"{command} {option}={value}: exit code {result.ExitCode}\n{result.Output}\n{result.Error}";
                result.ExitCode.ShouldBe(Usage, said);
                result.Output.ShouldBeEmpty(said);
                result.Error.ShouldContain($"npu-agent {command.Split(" deepseek")[0]}: {option}: found '{value}', expected {bounds}", customMessage: said);
                ShouldNameNoType(result, said);
            }
        }
    }

    [Theory]
    [InlineData("stauts", "npu-agent: unknown command 'stauts'; did you mean 'status'?")]
    [InlineData("incidents lst", "npu-agent incidents: unknown command 'lst'; did you mean 'list'?")]
    [InlineData("engine restrat deepseek --reason x", "npu-agent engine: unknown command 'restrat'; did you mean 'restart'?")]
    [InlineData("report --dasy 3", "npu-agent report: unknown option '--dasy'; did you mean '--days'?")]
    [InlineData("report --dasy=3", "npu-agent report: unknown option '--dasy'; did you mean '--days'?")]
    [InlineData("check --ouptut json", "npu-agent check: unknown option '--ouptut'; did you mean '--output'?")]
    [InlineData("status --cofnig x", "npu-agent status: unknown option '--cofnig'; did you mean '--config'?")]
    [InlineData("check --output xml", "npu-agent check: --output: found 'xml', allowed: text, json")]
    [InlineData("report --language fr", "npu-agent report: --language: found 'fr', allowed: en, zh")]
    [InlineData("faults --language fr", "npu-agent faults: --language: found 'fr', allowed: en, zh")]
    [InlineData("maintenance on --for never", "npu-agent maintenance on: --for: found 'never', expected a time such as 30m or 2h")]
    [InlineData("maintenance on --for 0s", "npu-agent maintenance on: --for: found '0s', expected a time such as 30m or 2h")]
    [InlineData("maintenance on --for 99999d", "npu-agent maintenance on: --for: found '99999d', expected a time such as 30m or 2h")]
    [InlineData("check now", "npu-agent check: 'now' is one word too many")]
    [InlineData("incidents list --all=maybe", "npu-agent incidents list: 'maybe' is one word too many")]
    [InlineData("incidents show", "npu-agent incidents show: ")]
    public async Task What_is_not_understood_is_told_with_what_was_meant(string line, string told)
    {
        var result = await RunAsync(line.Split(' '));
        result.ExitCode.ShouldBe(Usage, result.Error);
        result.Error.ShouldStartWith(told);
        result.Error.ShouldContain("--help`");
        result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBeLessThanOrEqualTo(2, result.Error);
        result.Output.ShouldBeEmpty();
        ShouldNameNoType(result, line);
    }

    [Theory]
    [InlineData("", "npu-agent: which command?")]
    [InlineData("incidents", "npu-agent incidents: which command?")]
    [InlineData("engine --config /no/such", "npu-agent engine: which command?")]
    public async Task Where_a_command_is_missing_those_there_are_listed(string line, string told)
    {
        var result = await RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        result.ExitCode.ShouldBe(Usage, result.Error);
        result.Error.TrimEnd().ShouldBe(told);
        result.Output.ShouldContain("Commands:");
    }

    [Theory]
    [InlineData("faults engine-hang", "no fault 'engine-hang'; did you mean 'engine-hung'? `npu-agent faults` lists them")]
    [InlineData("faults chip-lost", "no fault 'chip-lost'; did you mean 'chips-lost'?")]
    [InlineData("demo --fault engin-hang", "no scenario 'engin-hang'; did you mean 'engine-hang'?")]
    [InlineData("engine reference depseek", "no engine 'depseek' in {config}; did you mean 'deepseek'?")]
    [InlineData("engine explain dsek --command", "no engine 'dsek' in {config}; there are: deepseek")]
    [InlineData("engine compare deepseek deepsek", "no engine 'deepsek' in {config}; did you mean 'deepseek'?")]
    public async Task A_name_that_is_not_there_is_told_with_the_nearest(string line, string told)
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        var result = await host.RunAsync(line.Split(' '));
        result.ExitCode.ShouldBe(NotFound, result.Error);
        result.Error.ShouldContain(told.Replace("{config}", host.Config, StringComparison.Ordinal));
    }

    private static readonly (string Command, string Option, string Bounds)[] Numbers =
    [
        ("report", "--days", "a whole number from 1 to 3650"),
        ("incidents list", "--days", "a whole number from 1 to 3650"),
        ("demo", "--pace", "a number from 0.1 to 100"),
        ("engine bench deepseek", "--concurrency", "a whole number from 1 to 4096"),
        ("engine bench deepseek", "--timeout", "a whole number from 1 to 86400"),
        ("engine compare deepseek deepseek", "--mean-difference", "a number from 0 to 100"),
        ("engine compare deepseek deepseek", "--top-agreement", "a number from 0 to 1"),
    ];

    private static void ShouldNameNoType(CommandResult result, string said)
    {
        foreach (var trace in (string[])["System.", "Exception", "   at ", "Unhandled", "not foreseen"])
            (result.Output + result.Error).ShouldNotContain(trace, customMessage: said);
    }

    private static async Task<CommandResult> RunAsync(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Programs.Agent, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, await output, await error);
    }
}
