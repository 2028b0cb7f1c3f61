using Agent.Engines.Logs;

namespace Agent.Tests.Engines.Causes;

/// <summary>What others put around a line, and in front of it, is off before anything is searched or kept.</summary>
public sealed class EngineLineTests
{
    private const string Error = "RuntimeError: NPU function error: call aclnnX failed, error code is 507014";
    private const string Logged = "(Worker_TP1 pid=423) ERROR 07-07 06:13:02 [multiproc_executor.py:962] " + Error;

    [Theory]
    [InlineData(Logged)]
    [InlineData("vllm-1  | " + Logged)]
    [InlineData("\u001b[36mvllm-1  | \u001b[0m" + Logged)]
    [InlineData("my_engine.a-npu-model-server   | " + Logged)]
    [InlineData("2026-11-29T08:19:48.123456789Z stderr F " + Logged)]
    [InlineData("2026-11-29T08:19:48.123456789+08:00 stdout P " + Logged)]
    [InlineData("2026-11-29T08:19:48.123Z " + Logged)]
    [InlineData("Nov 29 08:19:48 node-7 vllm[4711]: " + Logged)]
    [InlineData("Nov  9 08:19:48.123456 node-7.example vllm-serve: " + Logged)]
    [InlineData("2026-11-29T08:19:48+0800 node-7 python3[4711]: " + Logged)]
    [InlineData("(Worker_TP1 pid=423) \u001b[31mERROR\u001b[0m 07-07 06:13:02 \u001b[90m[multiproc_executor.py:962]\u001b[0m " + Error)]
    [InlineData("\u001b[36m(RayWorkerWrapper pid=99, ip=10.0.0.5)\u001b[0m " + Logged)]
    [InlineData("#033[36m(RayWorkerWrapper pid=99, ip=10.0.0.5)#033[0m " + Logged)]
    [InlineData("vllm-1 | 2026-11-29T08:19:48.123Z " + Logged)]
    [InlineData("{\"log\":\"" + Logged + "\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-29T08:19:48.1Z\"}")]
    [InlineData("{\"stream\":\"stderr\",\"log\":\"\\u001b[31m" + Logged + "\\u001b[0m\\n\"}")]
    [InlineData("{\"_PID\":\"4711\",\"MESSAGE\":\"" + Logged + "\"}")]
    public void A_line_is_the_same_whatever_it_went_through(string raw)
    {
        var line = EngineLine.Of(raw);
        (line.Process, line.Place, line.Text, line.IsWarning).ShouldBe(("Worker_TP1 pid=423", "multiproc_executor.py:962", Error, false));
    }

    [Theory]
    [InlineData("(EngineCore_DP0 pid=123, ip=10.0.0.5) boom", "EngineCore_DP0 pid=123, ip=10.0.0.5", "boom")]
    [InlineData("(pid=77) boom", "pid=77", "boom")]
    [InlineData("(VllmWorker rank=3 pid=77) boom", "VllmWorker rank=3 pid=77", "boom")]
    [InlineData("(raylet, ip=10.0.0.5) boom", "raylet, ip=10.0.0.5", "boom")]
    [InlineData("(APIServer pid=1)   Value error, no", "APIServer pid=1", "  Value error, no")]
    [InlineData("ERROR 02-13 18:05 [multiproc_executor.py:852] WorkerProc hit an exception.", "", "WorkerProc hit an exception.")]
    [InlineData("2026-02-14T02:05:12.788Z", "", "")]
    [InlineData("loading (one of two) | nothing", "", "loading (one of two) | nothing")]
    [InlineData("{'model_tag': 'm'}", "", "{'model_tag': 'm'}")]
    [InlineData("", "", "")]
    public void What_a_line_says_stays(string raw, string process, string text) =>
        (EngineLine.Of(raw).Process, EngineLine.Of(raw).Text).ShouldBe((process, text));

    [Theory]
    [InlineData("/root/lib/torchvision/io/image.py:13: UserWarning: Failed: undefined symbol: _ZN3c10'", true)]
    [InlineData("/a/b.py:1: FutureWarning: x", true)]
    [InlineData("torch.jit.DeprecationWarning: x", true)]
    [InlineData("(Worker pid=1) WARNING 11-29 08:00:00 [utils.py:1] undefined symbol", true)]
    [InlineData("(Worker pid=1) INFO 11-29 08:00:00 [utils.py:1] undefined symbol", true)]
    [InlineData("WARNING:root:undefined symbol", true)]
    [InlineData("WARNING:  undefined symbol", true)]
    [InlineData("[rank0]:[W610 17:20:44.224261525 NPUStream.cpp:647] Warning: NPU warning, error code is 507034", true)]
    [InlineData("[WARNING] RUNTIME(3,python):2026-01-01 undefined symbol", true)]
    [InlineData("2025-11-19 11:14:59.028 | WARNING  | __main__:f:9 | error code is 507033", true)]
    [InlineData("2025-11-19 11:14:59,028 - vllm - WARNING - error code is 507033", true)]
    [InlineData("2025-11-19 11:14:59.028 | ERROR    | __main__:f:9 | error code is 507033", false)]
    [InlineData("[ERROR] HCCL(2817,):2026-08-04 [task_exception_handler.cc:611] x", false)]
    [InlineData("[36224] [2026-07-07 13:03:41:582] torch.distributed: [ERROR] [36508] Find exception", false)]
    [InlineData("[rank4]:[E908 09:20:07.123185212 OpParamMaker.cpp:454] error code is 507035", false)]
    [InlineData("ImportError: /a/b.so: undefined symbol: _ZN3", false)]
    [InlineData("ERROR:    Exception in ASGI application", false)]
    public void A_warning_is_known_by_its_form(string raw, bool isWarning) => EngineLine.Of(raw).IsWarning.ShouldBe(isWarning);
}
