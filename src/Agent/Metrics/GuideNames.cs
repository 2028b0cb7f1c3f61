namespace Agent.Metrics;

/// <summary>
/// The three names of the published guide. They break the rules of Prometheus for units and are kept for those who built on them. The guide defines none
/// of them; the help text of each says what the hardware allows to stand behind it.
/// </summary>
internal static class GuideNames
{
    public static readonly IReadOnlyList<FurtherName> All =
    [
        new("ascend_device_utilization", "chip_aicore_utilization_ratio", 100,
            "Load of the AI cores in percent, 0 to 100, from npu-smi info. device_type is always aicore.",
            ("device_type", _ => "aicore"), ("chip", s => s.Id)),
        new("memory_copy_throughput", "chip_memory_bandwidth_utilization_ratio", 100,
            "Share of the bandwidth of the chip's memory that is in use, in percent, 0 to 100, from npu-smi info -t usages. No tool of the hardware tells the "
                + "bytes per second of memory copies; this is the traffic of the memory, copies among it. Absent for a chip that does not tell it.",
            ("chip", s => s.Id)),
        new("p99_latency", "engine_request_latency_p99_seconds", 1,
            "99th percentile of the time for a whole request in the last throughput.window, in seconds, from the histogram of the engine's /metrics. "
                + "Absent while fewer than 100 requests ended in it. It cannot be averaged over engines.",
            ("engine", s => s.Id)),
    ];
}
