namespace Agent.Adapters.NpuSmi;

/// <summary>One chip of <c>npu-smi info -t common</c>: its clock, heat and load at one moment. A figure that is not printed is null.</summary>
internal sealed record ChipLoad(int Chip, double? TemperatureCelsius, double? RatedMegahertz, double? CurrentMegahertz, double? AiCorePercent,
    double? PowerWatts)
{
    public static IReadOnlyList<ChipLoad> Parse(string text) =>
    [
        .. NpuSmiBlock.Parse(text)
            .Where(b => !b.IsController && b.Text("Temperature(C)", "NPU Temperature(C)", "Aicore Usage Rate(%)") is not null)
            .Select(b => new ChipLoad(
                b.Chip ?? 0,
                b.Number("Temperature(C)", "NPU Temperature(C)"),
                b.Number("Aicore Freq(MHZ)"),
                b.Number("Aicore curFreq(MHZ)"),
                b.Number("Aicore Usage Rate(%)"),
                b.Number("NPU Real-time Power(W)", "Power Dissipation(W)"))),
    ];

    /// <summary>HBM temperature by chip, from <c>npu-smi info -t memory</c>; chips without HBM are left out.</summary>
    public static IReadOnlyDictionary<int, double> HbmCelsius(string text) =>
        NpuSmiBlock.Parse(text)
            .Where(b => !b.IsController && b.Number("HBM Temperature(C)") is > 0)
            .DistinctBy(b => b.Chip ?? 0)
            .ToDictionary(b => b.Chip ?? 0, b => b.Number("HBM Temperature(C)")!.Value);

    /// <summary>
    /// Use of the memory's bandwidth in percent by chip, from <c>npu-smi info -t usages</c>: that of the HBM where the chip has it. A 910A prints one for
    /// its small DDR as well, which an engine does not work in.
    /// </summary>
    public static IReadOnlyDictionary<int, double?> BandwidthPercent(string text) =>
        NpuSmiBlock.Parse(text)
            .Where(b => !b.IsController && b.Text("Aicore Usage Rate(%)") is not null)
            .DistinctBy(b => b.Chip ?? 0)
            .ToDictionary(b => b.Chip ?? 0, b => b.Number("HBM Capacity(MB)") is > 0
                ? b.Number("HBM Bandwidth Usage Rate(%)")
                : b.Number("HBM Bandwidth Usage Rate(%)", "Memory Bandwidth Usage Rate(%)", "DDR Bandwidth Usage Rate(%)"));
}
