using System.Globalization;
using System.Text;

namespace Agent.Simulator.Tools;

/// <summary>What npu-smi prints. One chip a card (910B3), so the card number is the chip's.</summary>
internal static class NpuSmiTexts
{
    private const int TotalMegabytes = 65536;
    private const int IdleMegabytes = 3400;
    private const int RowsPerChip = 8;

    private static readonly string[] BusIds = ["C1", "C2", "81", "82", "01", "02", "41", "42"];

    private static readonly string Ruler = $"+{new string('-', 27)}+{new string('-', 15)}+{new string('-', 52)}+\n";
    private static readonly string DoubleRuler = $"+{new string('=', 27)}+{new string('=', 15)}+{new string('=', 52)}+\n";
    private static readonly string FullRuler = $"+{new string('-', 96)}+\n";

    public static string Table(World world)
    {
        var holders = world.Holders();
        var text = new StringBuilder();
        text.Append(FullRuler).Append($"| {"npu-smi 25.2.0",-33}{"Version: 25.2.0",-61} |\n").Append(Ruler);
        text.Append("| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|\n");
        text.Append("| Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |\n").Append(DoubleRuler);
        foreach (var chip in world.Chips)
        {
            text.Append($"| {chip,-5} {"910B3",-19} | {HealthWord(world, chip),-13} | {Power(world, chip),-11} {Temperature(world, chip),-17} {"0    / 0",-20} |\n");
            text.Append($"| {0,-25} | {$"0000:{BusIds[chip % 8]}:00.0",-13} | {AiCore(world, holders, chip),-11} {"0    / 0",-17} {$"{Used(world, holders, chip),-5}/ {TotalMegabytes}",-20} |\n").Append(DoubleRuler);
        }

        text.Append(Ruler).Append("| NPU     Chip              | Process id    | Process name             | Process memory(MB)      |\n").Append(DoubleRuler);
        foreach (var chip in world.Chips)
        {
            var own = holders.Where(h => h.Chip == chip).Take(RowsPerChip).ToList();
            if (own.Count == 0)
                text.Append($"| {$"No running processes found in NPU {chip}",-94} |\n");
            foreach (var holder in own)
                text.Append($"| {chip,-7} {0,-17} | {holder.Pid,-13} | {ShortName(holder),-24} | {holder.Megabytes,-23} |\n");
            text.Append(DoubleRuler);
        }

        return text.ToString();
    }

    public static string List(World world)
    {
        var chips = world.Chips.ToList();
        return $"{Line("Total Count", chips.Count)}\n" + string.Join('\n', chips.Select(c => Line("NPU ID", c) + Line("Chip Count", 1)));
    }

    public static string Mapping(World world)
    {
        var text = new StringBuilder($"{"NPU ID",-30} {"Chip ID",-30} {"Chip Logic ID",-30} {"Chip Name",-30}\n");
        foreach (var chip in world.Chips)
            text.Append($"{chip,-30} {0,-30} {chip,-30} {"Ascend 910B3",-30}\n{chip,-30} {1,-30} {"-",-30} {"Mcu",-30}\n");
        return text.ToString();
    }

    public static string Health(World world, int chip) => HealthWord(world, chip) switch
    {
        "Alarm" => Tab("Health Status", "Alarm") + Tab("Error Code", "8C03A000 8C084E00") + Tab("Error Information", "node type=process-manager, sensor type=General Software, event state=The process start failed or exit abnormally")
            + "\n" + Tab("", "node type=adda, sensor type=Heartbeat Sensor, event state=Heartbeat Lost."),
        "Warning" => Tab("Health Status", "Warning") + Tab("Error Code", "80E20207") + Tab("Error Information", "node type=SoC, sensor type=Temperature, event state=Upper Non-critical"),
        _ => Tab("Health Status", "OK") + Tab("Error Code", "NA") + Tab("Error Information", "NA"),
    };

    public static string Usages(World world, int chip)
    {
        var holders = world.Holders();
        return Line("NPU ID", chip) + Line("Chip Count", 1) + "\n" + Line("DDR Capacity(MB)", 0) + Line("DDR Usage Rate(%)", 0) + Line("HBM Capacity(MB)", TotalMegabytes)
            + Line("HBM Usage Rate(%)", Used(world, holders, chip) * 100 / TotalMegabytes) + Line("Aicore Usage Rate(%)", AiCore(world, holders, chip)) + Line("Aicpu Usage Rate(%)", 0)
            + Line("Ctrlcpu Usage Rate(%)", 0) + Line("HBM Bandwidth Usage Rate(%)", 0) + Line("Chip ID", 0);
    }

    public static string Common(World world, int chip)
    {
        var holders = world.Holders();
        return Line("NPU ID", chip) + Line("Chip Count", 1) + "\n" + Line("Chip ID", 0) + Line("Memory Usage Rate(%)", 0) + Line("HBM Usage Rate(%)", Used(world, holders, chip) * 100 / TotalMegabytes)
            + Line("Aicore Usage Rate(%)", AiCore(world, holders, chip)) + Line("Aicore Freq(MHZ)", 1800) + Line("Aicore curFreq(MHZ)", 1800) + Line("Aicore Count", 20)
            + Line("Temperature(C)", Temperature(world, chip)) + Line("NPU Real-time Power(W)", Power(world, chip)) + "\n" + Line("Chip Name", "mcu") + Line("Temperature(C)", 40);
    }

    public static string Ecc(int chip)
    {
        var text = new StringBuilder().Append($"{"NPU ID",-40} : {chip}\n{"Chip Count",-40} : 1\n\n");
        foreach (var name in (string[])
            ["HBM Single Bit Error Count", "HBM Double Bit Error Count", "HBM Single Bit Aggregate Total Err Cnt", "HBM Double Bit Aggregate Total Err Cnt", "HBM Single Bit Isolated Pages Count", "HBM Double Bit Isolated Pages Count", "HBM Single Bit Next-Isolated Pages Count", "HBM Double Bit Next-Isolated Pages Count"])
            text.Append($"{name,-40} : 0\n");
        return text.Append($"{"Chip ID",-40} : 0\n").ToString();
    }

    public static string ProcessMemory(World world, int chip)
    {
        var own = world.Holders().Where(h => h.Chip == chip).ToList();
        return own.Count == 0
            ? "No process in device.\n"
            : string.Concat(own.Select(h => $"Process id:{h.Pid}  Process name:{ShortName(h),-18}Process memory(MB):{h.Megabytes}\n"));
    }

    public static int Temperature(World world, int chip) => (world.Holders().Exists(h => h.Chip == chip) ? 45 : 35) + (chip % 4);

    public static string Power(World world, int chip) =>
        ((world.Holders().Exists(h => h.Chip == chip) ? 139.7 : 94.8) + (chip % 3)).ToString("0.0", CultureInfo.InvariantCulture);

    private static string HealthWord(World world, int chip) =>
        world.IsAlarming(chip) ? "Alarm" : world.Fault("chip-warning") is { } warning && (warning.Npu ?? 0) == chip ? "Warning" : "OK";

    private static int Used(World world, List<Holder> holders, int chip) =>
        Math.Min(TotalMegabytes, IdleMegabytes + holders.Where(h => h.Chip == chip).Sum(h => h.Megabytes) + world.Leaked(chip));

    private static int AiCore(World world, List<Holder> holders, int chip)
    {
        var hung = world.IsAlarming(chip) || world.Fault("engine-hang") is not null || world.Fault("engine-hang-idle") is not null || world.Fault("ignores-sigterm") is not null;
        return hung || !holders.Exists(h => h.Chip == chip) ? 0 : 25;
    }

    /// <summary>comm, 15 characters, without its colons.</summary>
    private static string ShortName(Holder holder) => (holder.Name.Length > 15 ? holder.Name[..15] : holder.Name).Replace(":", "", StringComparison.Ordinal);

    private static string Line(string key, object value) => $"{key,-30} : {value}\n";

    private static string Tab(string key, string value) => $"\t{key,-30} : {value}\n";
}
