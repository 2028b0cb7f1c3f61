using System.Text;
using static Agent.Simulator.Tools.NpuSmiTexts;

namespace Agent.Simulator.Tools;

/// <summary>The blocks of <c>npu-smi info -t TYPE -i CARD [-c CHIP]</c>: key, blanks to column 30, colon, value.</summary>
internal static class NpuSmiTypes
{
    private static readonly string[] Types = ["health", "usages", "temp", "power", "ecc", "common", "proc-mem", "memory", "board"];

    public static bool Knows(string type) => Types.Contains(type);

    public static string Text(World world, string type, int card, bool byChip) => type switch
    {
        "health" => byChip ? Health(world, card) : Card(card, Line("Health", HealthWord(world, card))),
        "usages" => byChip ? Usages(world, card) : Card(card, Usages(world, card)),
        "memory" => byChip ? Memory(world, card) : Card(card, Memory(world, card)),
        "temp" => byChip ? Line("NPU Temperature (C)", Temperature(world, card)) : Card(card, Line("NPU Temperature (C)", Temperature(world, card))),
        "power" => byChip ? Line("NPU Real-time Power(W)", Power(world, card)) : Card(card, Line("NPU Real-time Power(W)", Power(world, card))),
        "common" => Common(world, card, byChip),
        "proc-mem" => byChip ? Processes(world, card) : Processes(world, card) + Line("Chip ID", 0),
        "ecc" => Ecc(world, card, byChip),
        _ => byChip ? ChipBoard(card) : CardBoard(card),
    };

    /// <summary>The answer to a query of a card: its chips as blocks. Each block ends with the number of its chip.</summary>
    private static string Card(int card, string block) => Line("NPU ID", card) + Line("Chip Count", 1) + "\n" + block + Line("Chip ID", 0);

    private static string Health(World world, int chip) => HealthWord(world, chip) switch
    {
        "Alarm" => Tab("Health Status", "Alarm") + Tab("Error Code", "8C03A000 8C084E00")
            + Tab("Error Information", "node type=process-manager, sensor type=General Software, event state=The process start failed or exit abnormally")
            + "\n" + Tab("", "node type=adda, sensor type=Heartbeat Sensor, event state=Heartbeat Lost."),
        "Critical" => Tab("Health Status", "Critical") + Tab("Error Code", "80E18402")
            + Tab("Error Information", "node type=HBM, sensor type=Memory Err Rec, event state=Uncorrectable ECC address count reached the upper limits."),
        "Warning" => Tab("Health Status", "Warning") + Tab("Error Code", "80818200")
            + Tab("Error Information", "node type=SoC, sensor type=Expiration Status, event state=about to expire"),
        _ => Tab("Health Status", "OK") + Tab("Error Code", "NA") + Tab("Error Information", "NA"),
    };

    private static string Usages(World world, int chip) =>
        Line("HBM Capacity(MB)", ChipMemory.Total) + Line("HBM Usage Rate(%)", Rate(world, chip)) + Line("Aicore Usage Rate(%)", AiCore(world, chip))
            + Line("Aivector Usage Rate(%)", 0)
        + Line("Aicpu Usage Rate(%)", 0) + Line("Ctrlcpu Usage Rate(%)", 0) + Line("HBM Bandwidth Usage Rate(%)", AiCore(world, chip) * 6 / 10)
            + Line("NPU Utilization(%)", AiCore(world, chip));

    private static string Memory(World world, int chip) =>
        Line("DDR Capacity(MB)", 0) + Line("DDR Clock Speed(MHz)", 0) + Line("HBM Capacity(MB)", ChipMemory.Total) + Line("HBM Clock Speed(MHz)", 1600)
        + Line("HBM Temperature(C)", Math.Min(Temperature(world, chip) + 16, 98)) + Line("HBM Manufacturer ID", "0x56");

    private static string Common(World world, int chip, bool byChip)
    {
        var values = Line("Memory Usage Rate(%)", 0) + Line("HBM Usage Rate(%)", Rate(world, chip)) + Line("Aicore Usage Rate(%)", AiCore(world, chip))
            + Line("Aicore Freq(MHZ)", 1800)
            + Line("Aicore curFreq(MHZ)", Clock(world, chip)) + Line("Aicore Count", 20) + Line("Temperature(C)", Temperature(world, chip))
                + Line("NPU Real-time Power(W)", Power(world, chip));
        // Only in this answer the number of the chip comes first.
        return byChip ? values : Line("NPU ID", chip) + Line("Chip Count", 1) + "\n" + Line("Chip ID", 0) + values + "\n" + Line("Chip Name", "mcu")
            + Line("Temperature(C)", 40);
    }

    private static string Ecc(World world, int card, bool byChip)
    {
        var uncorrectable = world.Faults.Hits("ecc-uncorrectable", card);
        var text = new StringBuilder();
        if (!byChip)
            text.Append(Wide("NPU ID", card)).Append(Wide("Chip Count", 1)).Append('\n');
        foreach (var memory in (string[])["DDR", "HBM"])
        {
            foreach (var count in (string[])["Error Count", "Aggregate Total Err Cnt", "Isolated Pages Count", "Next-Isolated Pages Count"])
            {
                // Only the next reset isolates the page of a new error.
                var errors = uncorrectable && memory == "HBM" && count != "Isolated Pages Count" ? 1 : 0;
                text.Append(Wide($"{memory} Single Bit {count}", 0)).Append(Wide($"{memory} Double Bit {count}", errors));
            }
        }

        return text.Append(byChip ? "" : Wide("Chip ID", 0)).ToString();
    }

    /// <summary>An idle chip lowers its clock. A hot chip lowers it under load as well.</summary>
    private static int Clock(World world, int chip) => AiCore(world, chip) == 0 ? 800 : world.Faults.Hits("chip-hot", chip) ? 1200 : 1800;

    private static string Processes(World world, int chip)
    {
        var own = world.Memory.Holders().Where(h => h.Chip == chip).ToList();
        return own.Count == 0
            ? "No process in device.\n"
            : string.Concat(own.Select(h => $"Process id:{h.Pid,-7} Process name:{ShortName(h),-17} Process memory(MB):{h.Megabytes}\n"));
    }

    private static string CardBoard(int card) =>
        Line("NPU ID", card) + Line("Product Name", "IT21HMDC03-B3") + Line("Model", "NA") + Line("Manufacturer", "Huawei")
            + Line("Serial Number", $"10257990000{card}") + Line("Software Version", "25.2.0")
        + Line("Firmware Version", "7.7.0.6.236") + Line("Compatibility", "OK") + Line("Board ID", "0x34") + Line("PCB ID", "A") + Line("BOM ID", 1)
            + Line("PCIe Bus Info", BusId(card)) + Line("Slot ID", card)
        + Line("Class ID", "NA") + Line("PCI Vendor ID", "0x19E5") + Line("PCI Device ID", "0xD802") + Line("Subsystem Vendor ID", "0x19E5")
            + Line("Subsystem Device ID", "0x3005") + Line("Chip Count", 1);

    private static string ChipBoard(int card) =>
        Line("NPU ID", card) + Line("Chip ID", 0) + Line("Chip Type", "Ascend") + Line("Chip Name", "910B3") + Line("Chip Version", "V1")
            + Line("Board ID", "0x34") + Line("PCB ID", "NA") + Line("BOM ID", 1)
        + Line("VDie ID", $"42C711D4 20B03704 4A10C8D4 14CC040A D210200{card}") + Line("NDie ID", "NA") + Line("Chip Position ID", 0)
            + Line("PCIe Bus Info", BusId(card)) + Line("Firmware Version", "7.7.0.6.236");

    private static int Rate(World world, int chip) => world.Memory.Used(chip) * 100 / ChipMemory.Total;

    private static string Wide(string key, object value) => $"{key,-40} : {value}\n";

    private static string Tab(string key, string value) => "\t" + Line(key, value);
}
