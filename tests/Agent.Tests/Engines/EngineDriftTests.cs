using Agent.Adapters.VllmHttp;
using Agent.Configuration.Engines;
using Agent.Engines.Drift;

namespace Agent.Tests.Engines;

public sealed class EngineDriftTests
{
    private const string Configured =
        """
        max_model_len: 917504
        max_num_seqs: 2
        gpu_memory_utilization: 0.9
        served_model_name: qwen3.8-27b-bf16-896k
        port: 8001
        arguments: { enable-auto-tool-choice: true, tool-call-parser: qwen3_xml, trust-remote-code: true, reasoning-parser: qwen3 }
        """;

    [Fact]
    public void The_options_of_a_real_start_up_are_read_and_agree_with_their_configuration()
    {
        var arguments = Captured();
        arguments.IsWhole.ShouldBeFalse();
        arguments.Values["max_model_len"].ShouldBe("917504");
        arguments.Values["served_model_name"].ShouldBe("qwen3.8-27b-bf16-896k");
        arguments.Values["trust_remote_code"].ShouldBe("True");
        EngineDrift.Find(Engine(Configured), new EngineAsFound(arguments, null, null)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("max_num_seqs: 2", "max_num_seqs: 4", "max_num_seqs: wanted 4, found 2 (log of its start)")]
    [InlineData("max_num_seqs: 2", "dtype: auto", "max_num_seqs: wanted vLLM's own, found 2 (log of its start)")]
    [InlineData("max_num_seqs: 2", "max_num_seqs: 2\ndtype: float16", "dtype: wanted float16, found not given (log of its start)")]
    [InlineData("trust-remote-code: true, ", "", "trust_remote_code: wanted vLLM's own, found True (log of its start)")]
    [InlineData("port: 8001", "port: 8002", "port: wanted 8002, found 8001 (log of its start)")]
    public void A_difference_is_named_with_both_values(string written, string instead, string difference) =>
        EngineDrift.Find(Engine(Configured.Replace(written, instead, StringComparison.Ordinal)), new EngineAsFound(Captured(), null, null))
            .ShouldHaveSingleItem().ToString().ShouldBe(difference);

    [Fact]
    public void The_form_of_older_versions_is_read_too()
    {
        var arguments = EngineArguments.Parse(
            "INFO 05-16 10:00:00 [api_server.py:1044] args: Namespace(subparser='serve', model_tag='/m', host=None, port=8000, served_model_name=['a', 'b'], "
            + "max_model_len=2048, quantization=None, override='it\\'s, (so)', tensor_parallel_size=2)")!;
        arguments.IsWhole.ShouldBeTrue();
        arguments.Values["served_model_name"].ShouldBe("a,b");
        arguments.Values["override"].ShouldBe("it's, (so)");
        arguments.Values["tensor_parallel_size"].ShouldBe("2");
        EngineDrift.Find(Engine("max_model_len: 4096\nserved_model_name: a,b"), new EngineAsFound(arguments, null, null))
            .Select(d => d.Option).ShouldBe(["model", "max_model_len"]);
    }

    [Fact]
    public void The_served_model_and_the_labels_of_the_KV_cache_are_compared()
    {
        var cache = Exposition.Samples(Captures.Read("vllm/metrics-synth-main-aug2026.prom"), "vllm:cache_config_info{").ShouldHaveSingleItem().Labels;
        cache["block_size"].ShouldBe("128");
        EngineDrift.Find(Engine("gpu_memory_utilization: 0.8\nmax_model_len: 4096"),
            new EngineAsFound(null, [new ModelEntry("Qwen/Qwen3.8-27B", null, 2048)], cache))
            .Select(d => d.ToString()).ShouldBe(
                ["max_model_len: wanted 4096, found 2048 (/v1/models)", "gpu_memory_utilization: wanted 0.8, found 0.9 (/metrics)"]);
        EngineDrift.Find(Engine("gpu_memory_utilization: 0.90"), new EngineAsFound(null, [new ModelEntry("another")], cache))
            .ShouldHaveSingleItem().ToString().ShouldBe("served_model_name: wanted Qwen/Qwen3.8-27B, found another (/v1/models)");
    }

    [Theory]
    [InlineData("")]
    [InlineData("INFO: Application startup complete.")]
    public void Other_lines_are_none_of_options(string line) => EngineArguments.Parse(line).ShouldBeNull();

    [Fact]
    public void A_cut_line_gives_what_is_there() =>
        EngineArguments.Parse("non-default args: {'model_tag': '/m', 'max_model_len': 20")!.Values["max_model_len"].ShouldBe("20");

    private static EngineArguments Captured() =>
        Captures.Read("vllm/startup-vllm-0.26.0-tp2-journald.log").Split('\n').Select(EngineArguments.Parse).First(a => a is not null)!;

    private static EngineSettings Engine(string yaml)
    {
        var load = SettingsFile.Parse("t.yaml", "engines:\n  - name: a\n    model: Qwen/Qwen3.8-27B\n    chips: [0/0, 1/0]\n    "
            + yaml.Replace("\n", "\n    ", StringComparison.Ordinal) + "\n", _ => false);
        load.Problems.ShouldBeEmpty();
        return load.Settings!.Engines[0];
    }
}
