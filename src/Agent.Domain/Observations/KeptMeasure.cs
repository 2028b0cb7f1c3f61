namespace Agent.Domain.Observations;

/// <summary>A figure of probes that is kept for the charts of health reports.</summary>
/// <param name="On">The kind of subject that has it.</param>
/// <param name="Name">Its name in <see cref="Observation.Measures"/>.</param>
/// <param name="Title">For people.</param>
/// <param name="Unit">In which people read it.</param>
public sealed record KeptMeasure(SubjectKind On, string Name, LocalText Title, string Unit)
{
    /// <summary>A device counts it up: its rise is told, and not its height.</summary>
    public bool Counts { get; init; }

    /// <summary>A ratio is read in percent.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>All of them. Each costs disk on every host: see <c>MeasureStore</c> for the bound.</summary>
    public static IReadOnlyList<KeptMeasure> All =>
    [
        new(SubjectKind.Engine, "generation_tokens_per_second", new("Speed of generation", "生成速度"), "tokens/s"),
        new(SubjectKind.Engine, "requests_waiting", new("Requests waiting", "等待中的请求"), ""),
        new(SubjectKind.Engine, "kv_cache_usage_ratio", new("KV cache in use", "KV 缓存占用"), "%") { Scale = 100 },
        new(SubjectKind.Chip, "temperature_celsius", new("Chip temperature", "芯片温度"), "°C"),
        new(SubjectKind.Chip, "hbm_temperature_celsius", new("HBM temperature", "HBM 温度"), "°C"),
        new(SubjectKind.Chip, "power_watts", new("Power", "功耗"), "W"),
        new(SubjectKind.Chip, "aicore_utilization_ratio", new("AI core load", "AI Core 负载"), "%") { Scale = 100 },
        new(SubjectKind.Chip, "memory_single_bit_errors_of_life", new("Corrected memory errors", "已纠正的内存错误"), "") { Counts = true },
        new(SubjectKind.Chip, "memory_double_bit_errors_of_life", new("Uncorrected memory errors", "未纠正的内存错误"), "") { Counts = true },
        new(SubjectKind.Chip, "memory_isolated_pages", new("Isolated memory pages", "已隔离的内存页"), "") { Counts = true },
        new(SubjectKind.Chip, "link_receive_errors", new("Packets received with errors", "接收错误包"), "") { Counts = true },
        new(SubjectKind.Chip, "link_send_errors", new("Packets sent with errors", "发送错误包"), "") { Counts = true },
        new(SubjectKind.Chip, "link_retries", new("Packets sent again", "重传包"), "") { Counts = true },
    ];

    public static KeptMeasure? Find(SubjectKind on, string name) => ByName.GetValueOrDefault((on, name));

    private static readonly Dictionary<(SubjectKind, string), KeptMeasure> ByName = All.ToDictionary(m => (m.On, m.Name));
}
