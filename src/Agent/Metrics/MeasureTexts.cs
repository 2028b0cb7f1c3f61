namespace Agent.Metrics;

/// <summary>What the figures of probes are, in which unit, and where they come from: the help of each metric, by its name without <c>npu_</c>.</summary>
internal static class MeasureTexts
{
    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["host_chips"] = "Chips that npu-smi info lists.",
        ["host_expected_chips"] = "Chips that this host has, by agent.yaml or by what npu-smi listed earlier.",
        ["host_free_bytes"] = "Least free space among the file systems that the agent watches (disk.paths), in bytes, from the operating system.",

        ["driver_modules"] = "Kernel modules of the NPU driver that are loaded, from /proc/modules.",
        ["driver_chip_nodes"] = "Device nodes of chips, from the names davinci* below /dev.",
        ["driver_kernel_log_lines"] = "Lines of the kernel log that were new at the last look, from /dev/kmsg or the journal.",
        ["driver_kernel_log_driver_errors"] = "Lines of the kernel log, new at the last look, that are errors of the NPU driver.",
        ["driver_kernel_log_skipped_lines"] = "Lines of the kernel log that were passed over since the agent started, because more came than it reads at once.",

        ["chip_memory_used_bytes"] = "Device memory in use, HBM where the chip has it, in bytes, from npu-smi info.",
        ["chip_memory_total_bytes"] = "Device memory of the chip, HBM where it has it, in bytes, from npu-smi info.",
        ["chip_aicore_utilization_ratio"] = "Load of the AI cores from 0 to 1, from npu-smi info.",
        ["chip_memory_bandwidth_utilization_ratio"] =
            "Share of the bandwidth of the chip's memory in use, from 0 to 1, HBM where the chip has it, from npu-smi info -t usages.",
        ["chip_power_watts"] = "Power that the chip draws, in watts, from npu-smi info.",
        ["chip_temperature_celsius"] = "Temperature of the chip in degrees Celsius, from npu-smi info.",
        ["chip_hbm_temperature_celsius"] = "Temperature of the chip's HBM in degrees Celsius, from npu-smi info -t memory.",
        ["chip_aicore_frequency_hertz"] = "Present clock rate of the AI cores in hertz, from npu-smi info -t common.",
        ["chip_aicore_rated_frequency_hertz"] = "Rated clock rate of the AI cores in hertz, from npu-smi info -t common.",
        ["chip_memory_single_bit_errors"] = "Corrected memory errors since the chip's last reset, from npu-smi info -t ecc.",
        ["chip_memory_double_bit_errors"] = "Memory errors that could not be corrected since the chip's last reset, from npu-smi info -t ecc.",
        ["chip_memory_single_bit_errors_of_life"] = "Corrected memory errors of the chip's whole life, from npu-smi info -t ecc.",
        ["chip_memory_double_bit_errors_of_life"] = "Memory errors of the chip's whole life that could not be corrected, from npu-smi info -t ecc.",
        ["chip_memory_isolated_pages"] = "Memory pages that are isolated for double-bit errors, from npu-smi info -t ecc.",
        ["chip_memory_pending_pages"] = "Memory pages that the next reset of the chip isolates, from npu-smi info -t ecc.",
        ["chip_link_up"] = "1: the chip's network link is up. 0: it is down. From hccn_tool -link.",
        ["chip_link_ups"] = "How often the chip's network link came up, by the device's own count, from hccn_tool -link_stat.",
        ["chip_link_speed_bytes_per_second"] = "Speed of the chip's network link in bytes per second, from hccn_tool -speed. Each look asks one chip.",
        ["chip_link_receive_errors"] = "RoCE packets received with errors, by the device's own count, from hccn_tool -stat. Each look asks one chip.",
        ["chip_link_send_errors"] = "RoCE packets sent with errors, by the device's own count, from hccn_tool -stat. Each look asks one chip.",
        ["chip_link_retries"] = "RoCE packets sent again, by the device's own count, from hccn_tool -stat. Each look asks one chip.",
        ["chip_optical_temperature_celsius"] = "Temperature of the optical module in degrees Celsius, from hccn_tool -optical.",
        ["chip_optical_received_watts"] = "Light that the optical module receives on its weakest lane, in watts, from hccn_tool -optical.",

        ["engine_aicore_asymmetry_ratio"] =
            "Difference of load between the busiest and the idlest chip of the engine, from 0 to 1: the smallest of the last three looks, from npu-smi info.",
        ["engine_canary_seconds_per_token"] = "Time for one token of the agent's newest canary request, in seconds, by the agent's own clock.",
        ["engine_standstill_seconds"] =
            "For how long the engine's counters stand still although it has work, in seconds, from its /metrics; 0 while they move or nothing waits.",
        ["engine_requests_running"] = "Requests that the engine works on, from its /metrics.",
        ["engine_requests_waiting"] = "Requests that wait in the engine, from its /metrics.",
        ["engine_kv_cache_usage_ratio"] = "Share of the engine's KV cache that is in use, from 0 to 1, from its /metrics.",
        ["engine_generation_tokens"] = "Tokens that the engine's present run has generated, from its /metrics.",
        ["engine_prompt_tokens"] = "Prompt tokens that the engine's present run has read, from its /metrics.",
        ["engine_quality_logprob_difference_mean"] =
            "Mean difference of log probabilities to the accepted reference, in nats, from the engine's answers to the agent.",
        ["engine_quality_logprob_difference_max"] =
            "Largest difference of log probabilities to the accepted reference, in nats, from the engine's answers to the agent.",
        ["engine_quality_top_agreement_ratio"] =
            "Share of positions, from 0 to 1, at which the likeliest token is that of the accepted reference, from the engine's answers to the agent.",
        ["engine_quality_prefix_agreement_ratio"] =
            "Share of the accepted answers, from 0 to 1, that the engine repeats before it first differs, from its answers to the agent.",
        ["engine_generation_tokens_per_second"] = "Tokens that the engine generated per second in the last throughput.window, from its /metrics.",
        ["engine_prompt_tokens_per_second"] = "Prompt tokens that the engine read per second in the last throughput.window, from its /metrics.",
        ["engine_usual_generation_tokens_per_second"] =
            "Tokens per second that the engine usually generates with as many requests running, as the agent learned it.",
    };

    private static readonly Dictionary<string, string> Latencies = new(StringComparer.Ordinal)
    {
        ["engine_time_to_first_token"] = "Time to the first token",
        ["engine_inter_token_latency"] = "Time between two tokens",
        ["engine_request_latency"] = "Time for a whole request",
    };

    /// <summary>How the quantiles of a latency end, and what each is.</summary>
    private static readonly Dictionary<string, string> Quantiles = new(StringComparer.Ordinal)
    {
        ["_p50_seconds"] = "the median",
        ["_p95_seconds"] = "the 95th percentile",
        ["_p99_seconds"] = "the 99th percentile",
        ["_p99_from_seconds"] = "the lower bound of the bucket of the 99th percentile",
        ["_p99_to_seconds"] = "the upper bound of the bucket of the 99th percentile",
    };

    /// <summary>All that there are words for.</summary>
    public static IEnumerable<string> Families => Texts.Keys.Concat(from latency in Latencies.Keys from quantile in Quantiles.Keys select latency + quantile);

    public static string Of(string family) => Find(family) ?? "A figure of the agent's probes that this version has no words for.";

    /// <summary>Null: the table has no such name.</summary>
    public static string? Find(string family) => Texts.GetValueOrDefault(family)
        ?? (from latency in Latencies
            from quantile in Quantiles
            where family == latency.Key + quantile.Key
            select $"{latency.Value} in the last throughput.window: {quantile.Value}, in seconds, from the engine's /metrics. "
                + "Absent while too few ended to tell it.").FirstOrDefault();
}
