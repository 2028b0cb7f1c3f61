namespace Agent.Adapters.NpuSmi;

/// <summary>The health cell of npu-smi.</summary>
internal enum ChipCondition
{
    Ok,
    Warning,
    Alarm,
    Critical,

    /// <summary>UNKNOWN, or a word that this agent does not know. The device is not ready.</summary>
    Unknown,
}

/// <summary>A used and a total amount, as one cell of the table shows them.</summary>
internal sealed record Usage(long Used, long Total);

/// <summary>One chip of the table. A figure is null where the table has NA, a dash or no such column.</summary>
/// <param name="Card">NPU ID: a slot number of the driver, not dense, not the torch index.</param>
/// <param name="Chip">Chip ID in the card; 0 where the table has no such column (950).</param>
internal sealed record ChipRow(int Card, int Chip)
{
    public string Model { get; init; } = "";

    public ChipCondition Condition { get; init; } = ChipCondition.Unknown;

    /// <summary>The health word as printed.</summary>
    public string ConditionText { get; init; } = "";

    /// <summary>PCI address. Null for a chip without an address of its own, and when the query failed (0000:00:00.0).</summary>
    public string? BusId { get; init; }

    /// <summary>The number N of /dev/davinciN; null when the table has no Phy-ID column (A3 has one).</summary>
    public int? PhysicalId { get; init; }

    /// <summary>Logic id; null when the table has no Device column (310 and 310P have one).</summary>
    public int? LogicId { get; init; }

    public double? PowerWatts { get; init; }

    public int? TemperatureCelsius { get; init; }

    /// <summary>In pages of 2 MB.</summary>
    public Usage? Hugepages { get; init; }

    public int? AiCorePercent { get; init; }

    /// <summary>DDR in MB. 910B, A3 and 950 show 0 of 0 by design.</summary>
    public Usage? MemoryMb { get; init; }

    public Usage? HbmMb { get; init; }

    /// <summary>Columns that this agent does not know: the header of each, with its cell as printed.</summary>
    public IReadOnlyDictionary<string, string> Other { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>
/// A process on a chip. The name is comm without its colons (VLLM::Worker_TP0 shows as VLLMWorker_TP), at most 15 characters. It is blank for a
/// process of another pid namespace.
/// </summary>
/// <param name="Chip">Null when the table does not tell it (950).</param>
/// <param name="ContainerProcessId">The process id inside a container; drivers from 26.0 print it.</param>
internal sealed record ChipProcess(int Card, int? Chip, int ProcessId, string Name, long? MemoryMb, int? ContainerProcessId);

/// <summary>The output of <c>npu-smi info</c>.</summary>
/// <param name="NotReady">Bus ids of chips with a second row only. The driver leaves out the first row while the device is not ready.</param>
/// <param name="Unread">Lines of the table that were not understood, verbatim.</param>
/// <param name="Complete">
/// Whether all chips were read. It is false when the text was cut, or holds lines that were not understood. Such a table must not be taken for a host
/// with fewer chips.
/// </param>
/// <param name="ListsProcesses">Whether the process section was there, and whole. The driver prints 8 rows a chip at most.</param>
internal sealed record ChipTable(
    string? ToolVersion,
    string? DriverVersion,
    IReadOnlyList<ChipRow> Chips,
    IReadOnlyList<ChipProcess> Processes,
    IReadOnlyList<string> NotReady,
    IReadOnlyList<string> Unread,
    bool Complete,
    bool ListsProcesses);
