using System.Text.RegularExpressions;
using Agent.Domain.Faults;

namespace Agent.Engines;

/// <summary>
/// Lines of an engine log that name a cause. Only the first one of a run counts: after it every rank prints echoes. The
/// texts are those of captures/vllm/failure-* and captures/ascend/app_*; ASCEND_ERROR_DEVICE_NOT_AVAILABLE is the
/// published guide's word and was found on no real host, the driver codes beside it were.
/// </summary>
internal static partial class LogSignatures
{
    private static readonly (string Fault, Regex Pattern)[] Causes =
    [
        (FaultCodes.DeviceNotAvailable, DeviceNotAvailable()),
        (FaultCodes.ChipMemoryHeld, ChipMemoryHeld()),
        (FaultCodes.EngineKvCacheTooSmall, KvCacheTooSmall()),
        (FaultCodes.EngineOutOfMemory, OutOfMemory()),
        (FaultCodes.EngineConfigError, ConfigError()),
        (FaultCodes.EngineWorkerDied, WorkerDied()),
    ];

    public static string? CauseOf(string line)
    {
        foreach (var (fault, pattern) in Causes)
        {
            if (pattern.IsMatch(line))
                return fault;
        }

        return null;
    }

    /// <summary>The engine core will not answer again, whatever /health says.</summary>
    public static bool IsDeath(string line) => Death().IsMatch(line);

    /// <summary>vLLM was told to stop. With no request from the agent, somebody else did it.</summary>
    public static bool IsStopRequest(string line) => line.Contains("[shutdown] API server: shutdown triggered", StringComparison.Ordinal);

    /// <summary>Lines that a start-up which stands still prints for ever; they are no progress.</summary>
    public static bool IsNoise(string line) =>
        string.IsNullOrWhiteSpace(line)
        || line.Contains("No available shared memory broadcast block found", StringComparison.Ordinal)
        || line.Contains("core engine proc(s) to start", StringComparison.Ordinal);

    [GeneratedRegex(@"ASCEND_ERROR_DEVICE_NOT_AVAILABLE|drvRetCode=87\b|error code(?: is|:)\s*507(?:010|013|051|899|901)\b", RegexOptions.CultureInvariant, 100)]
    private static partial Regex DeviceNotAvailable();

    [GeneratedRegex(@"Free memory on device .* is less than desired GPU memory utilization", RegexOptions.CultureInvariant, 100)]
    private static partial Regex ChipMemoryHeld();

    [GeneratedRegex(@"No available memory for the cache blocks|KV cache is needed, which is larger than", RegexOptions.CultureInvariant, 100)]
    private static partial Regex KvCacheTooSmall();

    [GeneratedRegex(@"NPU out of memory\. Tried to allocate|torch\.OutOfMemoryError|error code(?: is|:)\s*207001\b", RegexOptions.CultureInvariant, 100)]
    private static partial Regex OutOfMemory();

    [GeneratedRegex(
        @"ValidationError|User-specified max_model_len|is larger than the number of available (?:GPUs|NPUs)|must be greater than or equal to max_num_seqs|unrecognized arguments|ModelSlim Quantization Config Not Found",
        RegexOptions.CultureInvariant,
        100)]
    private static partial Regex ConfigError();

    [GeneratedRegex(@"Worker proc \S+ died unexpectedly", RegexOptions.CultureInvariant, 100)]
    private static partial Regex WorkerDied();

    [GeneratedRegex(
        @"EngineCore encountered a fatal error|EngineDeadError|[Ee]ngine core (?:proc \S+ died|exited) unexpectedly|Worker proc \S+ died unexpectedly|Engine core initialization failed",
        RegexOptions.CultureInvariant,
        100)]
    private static partial Regex Death();
}
