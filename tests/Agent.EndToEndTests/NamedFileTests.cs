using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>Files that the configuration names are looked at before the agent starts, and none that goes later takes it along.</summary>
public sealed class NamedFileTests
{
    private const int ConfigurationError = 78;

    [Theory]
    [InlineData("api_key_file", "missing", "is not there")]
    [InlineData("api_key_file", "folder", "is a folder")]
    [InlineData("api_key_file", "pipe", "is no regular file")]
    [InlineData("api_key_file", "empty", "holds no secret")]
    [InlineData("secret_file", "missing", "is not there")]
    [InlineData("secret_file", "pipe", "is no regular file")]
    [InlineData("secret_file", "empty", "holds no secret")]
    [InlineData("secret_file", "two lines", "holds more than one line")]
    public async Task A_secret_that_cannot_be_had_is_told_with_its_line_and_no_start_is_tried_again(string key, string what, string told)
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        var file = Path.Combine(host.Folder, what);
        Make(file, what);
        Name(host, key, file);
        var line = Array.FindIndex(await File.ReadAllLinesAsync(host.Config), l => l.Contains(key, StringComparison.Ordinal)) + 1;
        foreach (var command in (string[][])[["config", "validate"], ["run"]])
        {
            var result = await host.RunAsync(command);
            result.ExitCode.ShouldBe(ConfigurationError, result.Error);
            result.Error.ShouldStartWith($"{host.Config}:{line}:");
            result.Error.ShouldContain($"{key}: {file} {told}");
            result.Output.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task What_should_be_there_and_is_not_is_noted()
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2, change: yaml =>
            yaml.Replace("min_free: 1MiB", "min_free: 1MiB, paths: [/no-such-disk]", StringComparison.Ordinal)
            .Replace("vendor: {", "vendor: { npu_smi: /no-such-folder/npu-smi,", StringComparison.Ordinal));
        var result = await host.RunAsync("config", "validate");
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("engines[0].model: /models/DeepSeek-R1 is not there");
        result.Output.ShouldContain("disk.paths: /no-such-disk is not there");
        result.Output.ShouldContain("vendor.npu_smi: /no-such-folder/npu-smi cannot be run: /no-such-folder/npu-smi is not there");
    }

    [Fact]
    public async Task Secrets_that_go_while_the_agent_runs_do_not_take_it_along()
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        var (key, secret) = (Path.Combine(host.Folder, "key"), Path.Combine(host.Folder, "secret"));
        await File.WriteAllTextAsync(key, "sk-of-this-test\n");
        await File.WriteAllTextAsync(secret, "signs\n");
        Name(host, "api_key_file", key);
        Name(host, "secret_file", secret);
        host.StartAgent();
        await host.WaitUntilServingAsync();
        File.Delete(key);
        File.Delete(secret);
        var restart = await host.RunAsync("engine", "restart", "deepseek");
        restart.ExitCode.ShouldNotBe(0);
        (restart.Output + restart.Error).ShouldContain($"api_key_file {key} is not there");
        foreach (var command in (string[][])[["status"], ["check"], ["config", "show"], ["bundle", "create"]])
        {
            var result = await host.RunAsync(command);
            result.Error.ShouldNotContain("failed:");
            result.ExitCode.ShouldNotBe(2, result.Error);
        }

        await File.WriteAllTextAsync(key, "sk-another\n");
        await host.RunAsync("engine", "start", "deepseek");
        await host.WaitUntilServingAsync();
    }

    private static void Make(string file, string what)
    {
        switch (what)
        {
            case "folder":
                Directory.CreateDirectory(file);
                break;
            case "pipe":
                using (var made = System.Diagnostics.Process.Start("mkfifo", [file]))
                    made.WaitForExit();
                break;
            case "empty":
                File.WriteAllText(file, "\n");
                break;
            case "two lines":
                File.WriteAllText(file, "one\ntwo\n");
                break;
        }
    }

    private static void Name(SimulatedHost host, string key, string file)
    {
        var yaml = File.ReadAllText(host.Config);
        File.WriteAllText(host.Config, key == "api_key_file"
            ? yaml.Replace("    port: ", $"    api_key_file: {file}\n    port: ", StringComparison.Ordinal)
            : yaml.Replace("hook\" }", $"hook\",\n    secret_file: {file} }}", StringComparison.Ordinal));
    }
}
