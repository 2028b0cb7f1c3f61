namespace Agent.Adapters.NpuSmi;

/// <summary>The health cell of npu-smi.</summary>
internal enum ChipCondition
{
    Ok,
    Warning,
    Alarm,
    Critical,

    /// <summary>UNKNOWN, or a word that this agent does not know: the device is not ready.</summary>
    Unknown,
}

/// <summary>One chip of the table. A figure is null where the table has NA, a dash or no such column.</summary>
/// <param name="Card">NPU ID: a slot number of the driver, not dense, not the torch index.</param>
/// <param name="Second">The second number of the chip row: Phy-ID on A3, Device (logic id) on 310P; null elsewhere.</param>
internal sealed record ChipRow(
    int Card,
    int Chip,
    int? Second,
    string Model,
    ChipCondition Condition,
    string ConditionText,
    string? BusId,
    double? PowerWatts,
    int? TemperatureCelsius,
    int? AiCorePercent,
    long? MemoryUsedMb,
    long? MemoryTotalMb,
    long? HbmUsedMb,
    long? HbmTotalMb);

/// <summary>A process on a chip. The name is comm without its colons (VLLM::Worker_TP0 shows as VLLMWorker_TP).</summary>
internal sealed record ChipProcess(int Card, int? Chip, int ProcessId, string Name, long? MemoryMb, int? ContainerProcessId);

/// <summary>What <c>npu-smi info</c> printed.</summary>
/// <param name="Unread">Lines of the table that were not understood, verbatim.</param>
/// <param name="Complete">
/// False when the text was cut, or holds lines that were not understood: it must not be taken for a host with fewer chips.
/// </param>
internal sealed record ChipTable(
    string? ToolVersion,
    string? DriverVersion,
    IReadOnlyList<ChipRow> Chips,
    IReadOnlyList<ChipProcess> Processes,
    IReadOnlyList<string> Unread,
    bool Complete);
