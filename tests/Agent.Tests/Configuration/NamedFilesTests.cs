using Agent.Configuration.Host;

namespace Agent.Tests.Configuration;

/// <summary>A file that an engine reads at its start is told before the start fails of it.</summary>
public sealed class NamedFilesTests
{
    [Theory]
    [InlineData("tokenizer: /no-such/t", "engines[0].tokenizer: /no-such/t is not there")]
    [InlineData("arguments: { chat-template: /no-such/c.jinja }", "engines[0].arguments: /no-such/c.jinja is not there")]
    [InlineData("arguments: { chat_template: /no-such/c.jinja }", "engines[0].arguments: /no-such/c.jinja is not there")]
    [InlineData("arguments: { config: /no-such/vllm.yaml }", "engines[0].arguments: /no-such/vllm.yaml is not there")]
    [InlineData("arguments: { tool-parser-plugin: /no-such/p.py }", "engines[0].arguments: /no-such/p.py is not there")]
    public void A_missing_file_of_an_engine_is_a_note(string line, string note) => Notes(line).ShouldHaveSingleItem().ShouldEndWith(note);

    [Theory]
    [InlineData("arguments: { chat-template: /dev/null }")]
    [InlineData("arguments: { chat-template: \"{{ messages }}\" }")]
    [InlineData("arguments: { generation-config: auto }")]
    [InlineData("arguments: { download-dir: /no-such/made-by-the-engine }")]
    [InlineData("kind: container\n    container: { image: i, command: [docker] }\n    arguments: { chat-template: /no-such/of-the-image }")]
    public void What_is_there_or_no_file_of_this_host_is_none(string line) => Notes(line).ShouldBeEmpty();

    private static List<string> Notes(string line)
    {
        var load = SettingsFile.Parse("t.yaml", $"engines:\n  - name: a\n    model: /\n    chips: [0/0]\n    {line}\n", _ => false);
        load.Problems.ShouldBeEmpty();
        return [.. NamedFile.Problems(load.Settings!, needed: false).Select(p => p.ToString()).Where(p => p.Contains("engines[0]", StringComparison.Ordinal))];
    }
}
