using System.Text;
using Agent.Adapters.Logs;
using Agent.Engines.Drift;
using Agent.Engines.Logs;
using Agent.Engines.Starting;
using Agent.ForeignText;

namespace Agent.Tests.Fuzz;

/// <summary>What a model's own code may write into the log of its engine: anything.</summary>
public sealed class EngineLogFuzzTests : IDisposable
{
    private static readonly string[] Lines =
    [
        "(APIServer pid=1) INFO 11-24 10:00:00 [utils.py:233] non-default args: {'model_tag': '/m', 'port': 8000, 'served_model_name': ['m', 'n'], "
            + "'compilation_config': {'level': 3, 'x': [1, (2, 3)]}, 'api_key': ['K']}",
        "INFO 11-24 10:00:00 [api.py:1] args: Namespace(model='/m', port=8000, host=None, quote='a\\'b', lora_modules=[('a', 'b')])",
        "Loading safetensors checkpoint shards:  53% Completed | 9/17 [00:02<00:02,  3.93it/s]",
        "Capturing CUDA graphs (decode, FULL):  96%|####| 24/25 [00:33<00:01, 1.1s/it]",
        "(EngineCore_DP0 pid=123) ERROR 11-24 10:00:00 [core.py:842] EngineCore encountered a fatal error.\nTraceback (most recent call "
            + "last):\nRuntimeError: NPU out of memory. Tried to allocate 2.00 GiB",
        "pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig\n  Value error, The checkpoint you are trying to load has model "
            + "type `x`",
        "[ERROR] RUNTIME(4711,python):2026-03-01-03:00:00.000.001 [task_info.cc:1]4711 ReportErrorInfo: task_id=7, retCode=0x715002a, error code is 507018",
        "rtDeviceSynchronize execute failed, reason=[aicore timeout] EZ9999: Inner Error! The error from device(2), serial number is 3",
        "HcclCommInitRootInfo: error code 6 EI0006: Getting socket times out. Reason: remote",
            "Worker proc VllmWorker-1 died unexpectedly, shutting down executor.",
        "No available shared memory broadcast block found in 60 seconds.", "Application startup complete.\nINFO: 127.0.0.1:1 - \"GET /health HTTP/1.1\" 200 OK",
        "Authorization: Bearer sk-verysecret https://user:pass@host/x?token=abc {\"api_key\": \"K\", \\\"password\\\": \\\"p\\\"} --api-key A B "
            + "hf_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void No_line_of_an_engine_makes_its_reader_stumble()
    {
        var file = _folder.File("engine.log");
        Fuzzing.Play("engine log", 4000, Corpus(), text =>
        {
            File.WriteAllBytes(file, Encoding.UTF8.GetBytes(text + "\n"));
            var facts = new EngineLogFacts { ProgressAt = Story.Start };
            var follower = new LogFollower(file);
            follower.ReadNew(line => facts = facts.After(line, Story.Start));
            facts = facts.Showing(follower.Unfinished, Story.Start);
            _ = (facts.StageText, StartFingerprint.Of(facts), facts.Bar?.Rest);
            foreach (var arguments in text.Split('\n').Select(EngineArguments.Parse).OfType<EngineArguments>())
                arguments.Values.Values.Sum(v => (long)v.Length).ShouldBeLessThanOrEqualTo(2L * text.Length);
        }, (512 * 1024, 200));
    }

    [Fact]
    public void Nothing_of_a_line_is_shown_unseen_and_no_search_gives_up() =>
        Fuzzing.Play("shown line", 4000, Corpus(), text =>
        {
            var shown = TextGate.OfPatterns.Clean(text);
            Printable.Of(shown).ShouldBe(shown);
            shown.Length.ShouldBeLessThanOrEqualTo(TextGate.Bound);
            shown.ShouldNotContain("could not be searched");
        }, (512 * 1024, 2000));

    public void Dispose() => _folder.Dispose();

    private static IReadOnlyList<string> Corpus() => [.. Lines, .. Captures.Texts("vllm/*.log", "reports/*.log", "ascend/app_*.log")];
}
