using Agent.Engines.Logs;
using Agent.Engines.Starting;

namespace Agent.Tests.Engines.Causes;

/// <summary>The same line as further collectors of logs pass it on.</summary>
public sealed class StrangersPrefixTests
{
    private const string Error = "RuntimeError: NPU function error: call aclnnX failed, error code is 507014";
    private const string Logged = "(Worker_TP1 pid=423) ERROR 07-07 06:13:02 [multiproc_executor.py:962] " + Error;

    [Theory]
    [InlineData("vllm_1      | " + Logged)]
    [InlineData("\u001b[33;1mproj_vllm_1  |\u001b[0m " + Logged)]
    [InlineData(Logged + "\r")]
    [InlineData("\t" + Logged)]
    [InlineData("Capturing:  50%|#####     | 3/6\r" + Logged)]
    [InlineData("[pod/vllm-0/vllm] " + Logged)]
    [InlineData("2026-11-29T08:19:48.123456+0800 node-7 vllm[4711]: " + Logged)]
    [InlineData("<11>1 2026-11-29T08:19:48.123Z node-7 vllm 4711 - - " + Logged)]
    [InlineData("2026-11-29T08:19:48.123456789Z stderr F vllm-1  | " + Logged)]
    [InlineData("{\"time\":\"2026-11-29T08:19:48.1Z\",\"attrs\":{\"tag\":\"x\"},\"stream\":\"stderr\",\"log\":\"" + Logged + "\\r\\n\"}")]
    [InlineData("(RayWorkerWrapper pid=99, ip=10.0.0.5) " + Logged)]
    [InlineData("(Worker_TP1 pid=423) ^[[31mERROR^[[0m 07-07 06:13:02 [multiproc_executor.py:962] " + Error)]
    [InlineData("^[[1;36m(Worker_TP1 pid=423)^[[0;0m ERROR 07-07 06:13:02 [multiproc_executor.py:962] " + Error)]
    [InlineData("[2026-11-29 08:19:48] " + Logged)]
    [InlineData("[2026-11-29T08:19:48.123Z] " + Logged)]
    [InlineData("2026/11/29 08:19:48 " + Logged)]
    [InlineData("2026-11-29 08:19:48,123 " + Logged)]
    public void A_line_is_the_same_whatever_it_went_through(string raw)
    {
        var line = EngineLine.Of(raw);
        (line.Process, line.Place, line.Text, line.IsWarning).ShouldBe(("Worker_TP1 pid=423", "multiproc_executor.py:962", Error, false));
    }

    [Fact]
    public void A_message_that_journald_wrote_as_bytes_is_read()
    {
        var bytes = string.Join(',', System.Text.Encoding.UTF8.GetBytes(
            "\u001b[1;36m(Worker_TP1 pid=423)\u001b[0;0m ERROR 07-07 06:13:02 [multiproc_executor.py:962] " + Error));
        A_line_is_the_same_whatever_it_went_through("{\"PRIORITY\":\"6\",\"MESSAGE\":[" + bytes + "],\"_PID\":\"4711\"}");
    }

    [Theory]
    [InlineData("{\"event\": \"" + Error + "\", \"level\": \"error\", \"timestamp\": \"2026-11-29T08:19:48Z\"}")]
    [InlineData("{\"asctime\": \"2026-11-29 08:19:48,123\", \"levelname\": \"ERROR\", \"name\": \"vllm\", \"message\": \"" + Error + "\"}")]
    [InlineData("{\"text\":\"2026-11-29 08:19:48.028 | ERROR    | x:y:9 - " + Error
        + "\\n\",\"record\":{\"level\":{\"name\":\"ERROR\",\"no\":40},\"message\":\"" + Error + "\"}}")]
    [InlineData("{\"severity\":\"ERROR\",\"msg\":\"" + Error + "\"}")]
    [InlineData("2026-11-29 08:19:48.028 | ERROR    | vllm.worker:run:9 - " + Error)]
    [InlineData("2026-11-29T08:19:48Z [error    ] " + Error)]
    [InlineData("\u001b[2m2026-11-29T08:19:48Z\u001b[0m [\u001b[31;1merror    \u001b[0m] \u001b[1m" + Error + "\u001b[0m")]
    [InlineData("ERROR:vllm:" + Error)]
    [InlineData("[default1]:" + Error)]
    [InlineData(Logged + " [repeated 7x across cluster] (Ray deduplicates logs by default. Set RAY_DEDUP_LOGS=0 to disable log deduplication)")]
    [InlineData("(RayWorkerWrapper pid=99) " + Logged + "\u001b[32m [repeated 3x across cluster]\u001b[0m")]
    public void A_cause_is_found_in_every_form(string raw)
    {
        var facts = new EngineLogFacts { ProgressAt = default, Stage = StartupStage.Serving }.After(raw, default);
        facts.Cause?.Id.ShouldBe("aicore-timeout");
        facts.Cause.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("2026-11-29T08:19:48.1Z stderr P " + "RuntimeError: NPU function error: call aclnnX failed, error c",
        "2026-11-29T08:19:48.1Z stderr F ode is 507014")]
    [InlineData("{\"log\":\"RuntimeError: NPU function error: call aclnnX failed, error c\",\"stream\":\"stderr\",\"time\":\"2026-11-29T08:19:48.1Z\"}",
        "{\"log\":\"ode is 507014\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-29T08:19:48.1Z\"}")]
    public void A_line_that_was_cut_in_two_is_read_as_one(string first, string second)
    {
        var facts = new EngineLogFacts { ProgressAt = default, Stage = StartupStage.Serving }.After(first, default).After(second, default);
        (facts.Cause?.Id).ShouldBe("aicore-timeout");
    }
}
