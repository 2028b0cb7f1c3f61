namespace Agent.Simulator;

/// <summary>
/// All faults that the simulator knows. Standing faults last until healed or cured; the others hit the engines that run at that moment.
/// </summary>
internal static class FaultList
{
    public static readonly (string Name, bool Standing, string Story)[] All =
    [
        ("chips-unavailable", true, "chips vanish, the engine dies with ASCEND_ERROR_DEVICE_NOT_AVAILABLE; cured by a driver restart"),
        ("engine-exit", false, "the engine core dies, the API server leaves with exit code 0"),
        ("worker-killed", false, "a worker is killed (-9), the engine dies with exit code 0"),
        ("api-killed", false, "the API server is killed; engine core and workers live on and keep the chip memory"),
        ("engine-hang", false, "/health 200, counters frozen with a request running"),
        ("engine-hang-busy", false, "as engine-hang, and every chip stays at full load"),
        ("engine-hang-uneven", false, "as engine-hang, and the first chip stays at full load beside idle ones"),
        ("engine-hang-silent", false, "as engine-hang, and /metrics answers nothing"),
        ("engine-hang-idle", false, "/health 200, counters frozen at running 0"),
        ("worker-stuck", false, "as engine-hang, and the log says each minute that workers take no message"),
        ("execute-timeout", false, "as engine-hang; after half a minute execute_model times out and the engine dies with exit code 0"),
        ("dead-but-stays", false, "the engine core dies, /health answers 503, and the API server does not leave"),
        ("core-vanishes", false, "engine core and workers are gone; the API server does not notice, /health 200, counters frozen"),
        ("api-deaf", false, "the port is open, nothing is answered and the API server takes no CPU time; what waits for answers is lost"),
        ("ignores-sigterm", false, "as engine-hang, and SIGTERM is ignored"),
        ("out-of-memory", false, "NPU out of memory while serving, the engine dies with exit code 0"),
        ("aicore-timeout", false, "a kernel on a chip never ends (507014), the engine dies with exit code 0"),
        ("collective-timeout", false, "the ranks wait for each other in a collective until HCCL takes the process down"),
        ("config-error", true, "the engine dies, and every start is refused with a validation error"),
        ("kv-cache-too-small", true, "the engine dies, and every start fails after the weights because the KV cache is too small"),
        ("start-stall", true, "the engine dies, and starts stand still at 53 % of the weights"),
        ("start-dies", true, "the engine dies, and at every start its core fails with an error of its own while the API server waits on"),
        ("graph-capture-fails", true, "the engine dies, and every start ends at the graph capture because streams ran out"),
        ("hccl-port-taken", true, "the engine dies, and every start ends because a port of the chips' communication is taken"),
        ("weights-slow", true, "the engine dies, and at every start the weights take longer than vLLM's own limit"),
        ("chip-taken", true, "a job of somebody else takes memory of a chip and keeps it until it is healed"),
        ("slow", false, "tokens take twenty times as long"),
        ("garbage", false, "completions are garbage, all else is green"),
        ("canaries-starve", true, "short requests wait for ever behind a long one that is answered token by token; the counters move"),
        ("kv-partner-dead", true, "20 requests wait for KV blocks of a partner that is gone, none runs; others are answered"),
        ("log-flood", true, "the engine prints the same warning over and over, megabytes a second; all else is green"),
        ("shifted-logprobs", false, "answers are right, their log-probabilities are 0.4 lower; all else is green"),
        ("sigterm-by-other", false, "somebody sends SIGTERM to the API server"),
        ("api-busy", true, "the API server computes and answers nothing while this lasts; the engine goes on with what it has"),
        ("prompts-slow", true, "prompts take six times as long to read"),
        ("metrics-slow", true, "/metrics takes six seconds"),
        ("chip-alarm", true, "a chip reports Alarm and its engine hangs; cured by a chip reset or a driver restart"),
        ("chip-warning", true, "a chip reports Warning, the engine goes on; cured by a chip reset"),
        ("chip-worn-out", true, "a chip reports Critical with a code that asks to take it out of use; the engine goes on, and nothing cures it"),
        ("ecc-uncorrectable", true, "a chip counts a double-bit error and wants a reset to isolate the page; cured by a chip reset"),
        ("chip-hot", true, "a chip is too hot and lowers its clock, the engine goes on"),
        ("link-down", true, "the network port of a chip loses its link, the engine does not need it"),
        ("driver-down", true, "the driver unit fails, npu-smi answers -8005, the engine dies; cured by a driver restart"),
        ("driver-restart-fails", true, "a driver restart ends with an error and brings nothing back"),
        ("reset-lies", true, "a chip reset says that it succeeded and changes nothing"),
        ("reset-fails", true, "a chip reset fails"),
        ("memory-held", true, "chips keep 40 GB without an owner when their engine is gone; cured by a chip reset"),
        ("npu-smi-slow", true, "npu-smi takes five seconds"),
        ("npu-smi-hang", true, "npu-smi never ends and ignores SIGTERM"),
        ("npu-smi-no-mapping", true, "npu-smi info -m never ends and ignores SIGTERM; all else of npu-smi answers"),
        ("npu-smi-garbage", true, "npu-smi prints binary"),
        ("npu-smi-cut", true, "npu-smi prints half of its answer"),
        ("npu-smi-fails", true, "npu-smi answers -8005 although the driver works"),
    ];

    public static bool IsStanding(string name) => Array.Exists(All, f => f.Name == name && f.Standing);

    public static bool Knows(string name) => Array.Exists(All, f => f.Name == name);
}
