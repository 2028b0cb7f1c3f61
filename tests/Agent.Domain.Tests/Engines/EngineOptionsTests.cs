using Agent.Domain.Engines;

namespace Agent.Domain.Tests.Engines;

/// <summary>Options as they stand in a command line, by their long names.</summary>
public sealed class EngineOptionsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("serve /models/m", "")]
    [InlineData("serve m --seed 7", "seed=7")]
    [InlineData("--served-model-name=a=b", "served_model_name=a=b")]
    [InlineData("--seed=", "seed=true")]
    [InlineData("--headless", "headless=true")]
    [InlineData("--headless --seed 7", "headless=true seed=7")]
    [InlineData("serve --headless /models/m", "headless=true")]
    [InlineData("serve -ep /models/m -tp 2", "enable_expert_parallel=true tensor_parallel_size=2")]
    [InlineData("--headless=false m", "headless=false")]
    [InlineData("--no-enable-prefix-caching", "enable_prefix_caching=false")]
    [InlineData("--no-enable-prefix-caching m", "enable_prefix_caching=false")]
    [InlineData("-tp 2 m -dp 4", "tensor_parallel_size=2 data_parallel_size=4")]
    [InlineData("-tp 2 --tensor-parallel-size 4", "tensor_parallel_size=4")]
    [InlineData("--seed -1 --temperature -.5", "seed=-1 temperature=-.5")]
    [InlineData("--config -", "config=-")]
    [InlineData("- m", "")]
    public void Words_of_a_command_line_are_read_as_vllm_reads_them(string words, string options) =>
        string.Join(' ', EngineOptions.Of(words.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(o => $"{o.Key}={o.Value}")).ShouldBe(options);

    [Theory]
    [InlineData("tensor_parallel_size", "2", "tensor_parallel_size", "2")]
    [InlineData("--tensor-parallel-size", "2", "tensor_parallel_size", "2")]
    [InlineData("tp", "2", "tensor_parallel_size", "2")]
    [InlineData("--headless", "", "headless", "true")]
    [InlineData("--no-enable-expert-parallel", "", "enable_expert_parallel", "false")]
    [InlineData("no_enable_expert_parallel", "true", "enable_expert_parallel", "false")]
    public void One_option_is_known_by_its_long_name(string written, string value, string name, string given) =>
        EngineOptions.Named(written, value).ShouldBe((name, given));
}
