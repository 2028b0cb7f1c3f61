using System.Globalization;
using System.Text;

namespace Agent.Simulator.Tools;

/// <summary>The tables of npu-smi. There is one chip a card (910B3), so the card number is the chip's number.</summary>
internal static class NpuSmiTexts
{
    private const int RowsPerChip = 8;

    // Board and idle values are from captures/ascend/npu-smi_info_910B3_25.2.0_one-busy.txt.
    private static readonly string[] BusIds = ["C1", "C2", "81", "82", "01", "02", "41", "42"];
    private static readonly double[] IdleWatts = [94.8, 90.5, 90.6, 98.8, 92.7, 95.8, 97.8, 90.8];
    private static readonly int[] IdleDegrees = [36, 34, 33, 35, 38, 37, 38, 39];

    private static readonly string Ruler = $"+{new string('-', 27)}+{new string('-', 15)}+{new string('-', 52)}+\n";
    private static readonly string DoubleRuler = $"+{new string('=', 27)}+{new string('=', 15)}+{new string('=', 52)}+\n";
    private static readonly string FullRuler = $"+{new string('-', 96)}+\n";

    public static string Table(World world)
    {
        var holders = world.Memory.Holders();
        List<int> chips = [.. world.Chips];
        var text = new StringBuilder();
        text.Append(FullRuler).Append($"| {"npu-smi 25.2.0",-33}{"Version: 25.2.0",-61} |\n").Append(Ruler);
        text.Append("| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|\n");
        text.Append("| Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |\n").Append(DoubleRuler);
        foreach (var chip in chips)
        {
            text.Append($"| {chip,-5} {"910B3",-19} | {HealthWord(world, chip),-13} | {Power(world, chip),-11} {Temperature(world, chip),-17} "
                + $"{"0    / 0",-20} |\n");
            text.Append($"| {0,-25} | {BusId(chip),-13} | {AiCore(world, chip),-11} {"0    / 0",-17} "
                + $"{$"{world.Memory.Used(chip),-5}/ {ChipMemory.Total}",-20} |\n").Append(DoubleRuler);
        }

        text.Append(Ruler).Append("| NPU     Chip              | Process id    | Process name             | Process memory(MB)      |\n").Append(DoubleRuler);
        foreach (var chip in chips)
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
        var text = new StringBuilder($"{"NPU ID",-30} {"Chip ID",-30} {"Chip Logic ID",-30} Chip Name\n");
        foreach (var chip in world.Chips)
            text.Append($"{chip,-30} {0,-30} {chip,-30} Ascend 910B3\n{chip,-30} {1,-30} {"-",-30} Mcu\n");
        return text.ToString();
    }

    public static string BusId(int chip) => $"0000:{BusIds[chip % BusIds.Length]}:00.0";

    public static int Temperature(World world, int chip) => IdleDegrees[chip % IdleDegrees.Length] + (AiCore(world, chip) > 0 ? 9 : 0)
        + (world.Faults.Hits("chip-hot", chip) ? 58 : 0);

    public static string Power(World world, int chip) =>
        (IdleWatts[chip % IdleWatts.Length] + (AiCore(world, chip) > 0 ? 47 : 0)).ToString("0.0", CultureInfo.InvariantCulture);

    public static string HealthWord(World world, int chip) =>
        world.Faults.Hits("chip-worn-out", chip) ? "Critical" : world.Faults.Hits("chip-alarm", chip) ? "Alarm" : world.Faults.Hits("chip-warning", chip)
            ? "Warning" : "OK";

    /// <summary>Above 0 while the engine computes. A hung engine and an idle one look alike.</summary>
    public static int AiCore(World world, int chip) => world.Load(chip);

    /// <summary>comm in its short form: 15 characters, without colons.</summary>
    public static string ShortName(Holder holder) => (holder.Name.Length > 15 ? holder.Name[..15] : holder.Name).Replace(":", "", StringComparison.Ordinal);

    public static string Line(string key, object value) => $"{key,-30} : {value}\n";
}
