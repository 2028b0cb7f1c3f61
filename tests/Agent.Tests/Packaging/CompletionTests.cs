using System.Diagnostics;
using Agent.Commands.Syntax;
using Agent.Packaging;
using Agent.Storage;
using Agent.Tests.Storage;

namespace Agent.Tests.Packaging;

/// <summary>The completion of the package in a real bash, with the real program behind it.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CompletionTests() => File.WriteAllText(Path.Combine(_folder.Path, "agent.yaml"), $$"""
        state_folder: {{_folder.Path}}/state
        engines:
          - { name: deepseek, model: /m, chips: [0/0], port: 8000 }
          - { name: deepseek-int8, model: /m, chips: [1/0], port: 8001 }
          - { name: qwen, model: /m, chips: [2/0], port: 8002 }
        """);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("npu-agent st", "status")]
    [InlineData("npu-agent engine ex", "explain")]
    [InlineData("npu-agent engine restart ", "deepseek deepseek-int8 qwen --reason")]
    [InlineData("npu-agent engine restart deep", "deepseek deepseek-int8")]
    [InlineData("npu-agent engine explain --com", "--command")]
    [InlineData("npu-agent engine bench q", "qwen")]
    [InlineData("npu-agent engine compare deepseek q", "qwen")]
    [InlineData("npu-agent maintenance on --engine q", "qwen")]
    [InlineData("npu-agent faults chips-l", "chips-lost")]
    [InlineData("npu-agent demo --fault worker-", "worker-killed worker-stuck")]
    [InlineData("npu-agent incidents show ", "20260301-030000-001 last --output -o")]
    [InlineData("npu-agent incidents show la", "last")]
    [InlineData("npu-agent report --incident 2026", "20260301-030000-001")]
    [InlineData("npu-agent report --format m", "md")]
    [InlineData("npu-agent check --output ", "json text")]
    [InlineData("npu-agent nothing x", "")]
    public async Task Bash_offers_what_may_stand_there(string line, string words)
    {
        const string Id = "20260301-030000-001";
        var events = Story.Recovered(Story.Start);
        using (var journal = OpenJournal.Of(Database.Open(Path.Combine(_folder.Path, "state"), Story.Start), TimeProvider.System))
            journal.Append(Story.Changes(Id, events), [Story.Fold(Id, events)]).ShouldBeTrue();
        var expected = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (await CompleteAsync(line)).Order(StringComparer.Ordinal).ShouldBe(expected.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nothing_that_the_program_tells_is_expanded_by_the_shell()
    {
        var planted = Path.Combine(_folder.Path, "planted");
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "agent.yaml"),
            $"engines:\n  - {{ name: \"$(touch {planted})\", model: /m, chips: [0/0] }}\n  - {{ name: \"*\", model: /m, chips: [1/0] }}\n",
            TestContext.Current.CancellationToken);
        (await CompleteAsync("npu-agent engine restart ")).ShouldContain($"$(touch {planted})");
        File.Exists(planted).ShouldBeFalse();
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_read_is_no_noise_at_a_key_press()
    {
        File.Delete(Path.Combine(_folder.Path, "agent.yaml"));
        (await CompleteAsync("npu-agent engine restart d")).ShouldBeEmpty();
    }

    private async Task<string[]> CompleteAsync(string line)
    {
        var script = Path.Combine(_folder.Path, "npu-agent.bash");
        await File.WriteAllTextAsync(script, Completions.Bash([.. CommandPage.Walk(CommandTree.Create())]));
        var start = new ProcessStartInfo("bash", ["--norc", "-c", """
            source "$1"
            COMP_LINE=$2 COMP_POINT=${#2}
            read -ra COMP_WORDS <<< "$2"
            [[ $2 == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _npu_agent
            printf '%s\n' "${COMPREPLY[@]}"
            """, "bash", script, line]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["NPU_AGENT_CONFIG"] = Path.Combine(_folder.Path, "agent.yaml");
        using var bash = Process.Start(start)!;
        var error = bash.StandardError.ReadToEndAsync();
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        (await error).ShouldBeEmpty();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
