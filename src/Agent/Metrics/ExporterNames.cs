using Agent.Domain.Observations;
using Prometheus;

namespace Agent.Metrics;

/// <summary>
/// Names and units of npu-exporter for what the agent sees as well, so that dashboards made for it show something. Its labels of containers are left
/// out, which is the same as empty; what could not be read is absent, where it shows -1.
/// </summary>
internal sealed class ExporterNames
{
    /// <summary>The probe that judges chips. Metrics know probes by their names.</summary>
    private const string HealthProbe = "chip-health";
    private const double Mebi = 1.0 / (1024 * 1024);
    private const double Mega = 1e-6;

    /// <summary>Name of others, own name, factor and unit. All of a chip.</summary>
    private static readonly (string Name, string Family, double Factor, string Text)[] OfChips =
    [
        ("npu_chip_info_utilization", "chip_aicore_utilization_ratio", 100, "Load of the AI cores in percent"),
        ("npu_chip_info_temperature", "chip_temperature_celsius", 1, "Temperature of the chip in degrees Celsius"),
        ("npu_chip_info_power", "chip_power_watts", 1, "Power that the chip draws, in watts"),
        ("npu_chip_info_aicore_current_freq", "chip_aicore_frequency_hertz", Mega, "Present clock rate of the AI cores in MHz"),
        ("npu_chip_info_hbm_used_memory", "chip_memory_used_bytes", Mebi, "Device memory in use, in MB of 1024 times 1024 bytes"),
        ("npu_chip_info_hbm_total_memory", "chip_memory_total_bytes", Mebi, "Device memory, in MB of 1024 times 1024 bytes"),
        ("npu_chip_info_hbm_bandwidth_utilization", "chip_memory_bandwidth_utilization_ratio", 100, "Use of the memory's bandwidth in percent"),
        ("npu_chip_info_hbm_temperature", "chip_hbm_temperature_celsius", 1, "Temperature of the HBM in degrees Celsius"),
        ("npu_chip_info_hbm_ecc_single_bit_error_cnt", "chip_memory_single_bit_errors", 1, "Corrected memory errors since the last reset"),
        ("npu_chip_info_hbm_ecc_double_bit_error_cnt", "chip_memory_double_bit_errors", 1, "Uncorrected memory errors since the last reset"),
        ("npu_chip_info_hbm_ecc_total_single_bit_error_cnt", "chip_memory_single_bit_errors_of_life", 1, "Corrected memory errors of the chip's life"),
        ("npu_chip_info_hbm_ecc_total_double_bit_error_cnt", "chip_memory_double_bit_errors_of_life", 1, "Uncorrected memory errors of the chip's life"),
        ("npu_chip_info_hbm_ecc_double_bit_isolated_pages_cnt", "chip_memory_isolated_pages", 1, "Memory pages that are isolated for double-bit errors"),
        ("npu_chip_info_link_status", "chip_link_up", 1, "1: the network link is up, 0: it is down"),
        ("npu_chip_link_up_num", "chip_link_ups", 1, "How often the network link came up"),
        ("npu_chip_link_speed", "chip_link_speed_bytes_per_second", Mega, "Speed of the network link in MB/s"),
        ("npu_chip_roce_rx_err_pkt_num", "chip_link_receive_errors", 1, "RoCE packets received with errors"),
        ("npu_chip_roce_new_pkt_rty_num", "chip_link_retries", 1, "RoCE packets sent again"),
        ("npu_chip_optical_temp", "chip_optical_temperature_celsius", 1, "Temperature of the optical module in degrees Celsius"),
    ];

    /// <summary>The figures that have such a name.</summary>
    public static IEnumerable<string> Families => OfChips.Select(c => c.Family);

    private static readonly string[] ChipLabels = ["id", "model_name", "pcie_bus_info"];
    private static readonly GaugeConfiguration Empty = new() { SuppressInitialValue = true };

    private readonly MetricsSources _sources;
    private readonly Gauge _health;
    private readonly Gauge _chips;
    private readonly IReadOnlyList<(string Family, double Factor, Gauge Gauge)> _ofChips;

    public ExporterNames(MetricsSources sources, MetricFactory factory)
    {
        _sources = sources;
        _health = factory.CreateGauge("npu_chip_info_health_status",
            "npu-exporter's name: 1: the probe chip-health finds the chip healthy, 0: it finds a fault.", ChipLabels, Empty);
        _chips = factory.CreateGauge("machine_npu_nums", "npu-exporter's name: chips that npu-smi info lists.", Empty);
        _ofChips = [.. OfChips.Select(c => (c.Family, c.Factor,
            factory.CreateGauge(c.Name, $"npu-exporter's name: {c.Text}. The agent's own name: npu_{c.Family}.", ChipLabels, Empty)))];
    }

    /// <param name="seen">What is seen now.</param>
    /// <param name="present">The figures of it.</param>
    public void Show(IReadOnlyList<Observation> seen, ILookup<string, Measured> present)
    {
        var buses = seen.Where(o => o is { Subject.Kind: SubjectKind.Chip, Identity: not null }).DistinctBy(o => o.Subject)
            .ToDictionary(o => o.Subject, o => o.Identity!);
        // A chip keeps its id while another is lost: the order is that of the chips which the host has.
        var labels = _sources.Chips().Select((chip, index) => (chip.Subject, Labels: (string[])
                [index.ToString(System.Globalization.CultureInfo.InvariantCulture), chip.Model, buses.GetValueOrDefault(chip.Subject, "")]))
            .ToDictionary(c => c.Subject, c => c.Labels);
        foreach (var (family, factor, gauge) in _ofChips)
            gauge.Show(present[family].Where(m => labels.ContainsKey(m.Subject)).Select(m => (labels[m.Subject], m.Value * factor)));
        _health.Show(seen.Where(o => o.Verdict != Verdict.CouldNotLook && o.Probe == HealthProbe && labels.ContainsKey(o.Subject))
            .Select(o => (labels[o.Subject], o.Verdict == Verdict.Healthy ? 1.0 : 0)));
        _chips.Show(present["host_chips"].Select(m => ((string[])[], m.Value)));
    }
}

/// <summary>A chip that this host has.</summary>
internal sealed record NamedChip(Subject Subject, string Model);
