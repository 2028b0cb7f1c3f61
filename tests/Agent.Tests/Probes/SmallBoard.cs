using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Configuration;
using Agent.Configuration.Host;
using Agent.Engines.Chips;
using Agent.Tests.Adapters;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Probes;

/// <summary>A host with two chips, whose npu-smi and hccn_tool answer what a test says; otherwise all is well.</summary>
internal sealed class SmallBoard
{
    private const string Ruler = "+---------------------------+---------------+----------------------------------------------------+";
    private const string FullRuler = "+------------------------------------------------------------------------------------------------+";
    private const string DoubleRuler = "+===========================+===============+====================================================+";

    private readonly Dictionary<string, string> _answers = new(StringComparer.Ordinal)
    {
        ["info"] = Table(),
        ["info -m"] = "NPU ID                         Chip ID                        Chip Logic ID                  Chip Name\n0                              0                              0                              Ascend 910B3\n1                              0                              1                              Ascend 910B3\n",
    };

    public SmallBoard()
    {
        foreach (var card in (int[])[0, 1])
        {
            Load(card, 45, 1800, 0);
            Hbm(card, 50);
            Errors(card);
            Say($"-i {card} -link -g", "link status: UP\n");
            Say($"-i {card} -net_health -g", "net health status: Init\n");
            Say($"-i {card} -link_stat -g", $"[devid {card}]current time        : Sun Mar  1 03:00:00 2026\n[devid {card}]link up count       : 1\n[devid {card}]link change records :\n[devid {card}]    Sat Feb 28 03:00:00 2026    LINK UP\n");
            Optical(card, 1.0);
            Say($"-i {card} -speed -g", "Speed: 200000 Mb/s\n");
            Say($"-i {card} -stat -g", "packet statistics:\nroce_rx_err_pkt_num:7\nroce_tx_err_pkt_num:0\n");
        }

        Programs = new ToolsByArguments(a => _answers.GetValueOrDefault(a, ""));
    }

    public FakeTimeProvider Clock { get; } = new(Story.Start);

    public ToolsByArguments Programs { get; }

    public NpuSmi NpuSmi => new(Programs, "npu-smi", TimeSpan.FromSeconds(1));

    public HccnTool Hccn => new(Programs, "hccn_tool", TimeSpan.FromSeconds(1));

    public ChipInventory Chips { get; } =
        new(new ChipSettings([], null, 500, new Dictionary<string, string>(StringComparer.Ordinal)), "/nowhere", keeps: false);

    public static ChipLimits Limits => SettingsFile.Parse("t.yaml", "engines: [ { name: a, model: /m, chips: [0/0] } ]", _ => false).Settings!.ChipLimits;

    public void Say(string arguments, string answer) => _answers[arguments] = answer;

    public void Load(int card, int degrees, int megahertz, int percent) =>
        Say($"info -t common -i {card}", Heading(card) + Lines(("Chip ID", 0), ("Aicore Usage Rate(%)", percent), ("Aicore Freq(MHZ)", 1800), ("Aicore curFreq(MHZ)", megahertz), ("Temperature(C)", degrees), ("NPU Real-time Power(W)", 310)) + "\n" + Lines(("Chip Name", "mcu"), ("Temperature(C)", 99)));

    public void Hbm(int card, int degrees) => Say($"info -t memory -i {card}",
        Heading(card) + Lines(("HBM Capacity(MB)", 65536), ("HBM Temperature(C)", degrees), ("Chip ID", 0)));

    public void Errors(int card, int singleBit = 0, int doubleBit = 0, int pages = 0, int pending = 0) =>
        Say($"info -t ecc -i {card}", Heading(card) + Lines(("HBM Single Bit Error Count", singleBit), ("HBM Double Bit Error Count", doubleBit),
            ("HBM Double Bit Isolated Pages Count", pages), ("HBM Double Bit Next-Isolated Pages Count", pending), ("Chip ID", 0)));

    public void Optical(int card, double received) =>
        Say($"-i {card} -optical -g", FormattableString.Invariant($"optical info:\npresent              : present\ntemperature          : 47 C\nTx Power0            : 1.4 mW\nRx Power0            : {received} mW\nTx Bias0             : 7.9 mA\nTx Los Flag          : 0x0\nMedia SNR Lane0      : 23.1 dB\n"));

    /// <summary>One card's memory is held, by a process that npu-smi lists or by nobody.</summary>
    public void Hold(int card, long megabytes, int? process, string name) => Say("info", Table(card, megabytes, process, name));

    private static string Heading(int card) => Lines(("NPU ID", card), ("Chip Count", 1)) + "\n";

    private static string Lines(params (string Key, object Value)[] lines) => string.Concat(lines.Select(l => FormattableString.Invariant($"{l.Key,-40} : {l.Value}\n")));

    private static string Table(int holding = -1, long megabytes = 0, int? process = null, string name = "")
    {
        List<string> lines =
        [
            FullRuler,
            "| npu-smi 25.2.0                   Version: 25.2.0                                               |",
            Ruler,
            "| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|",
            "| Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |",
            DoubleRuler,
        ];
        foreach (var card in (int[])[0, 1])
        {
            lines.Add($"| {card,-5} {"910B3",-19} | {"OK",-13} | {"94.8",-11} {36,-17} {"0    / 0",-20} |");
            lines.Add($"| {0,-25} | {$"0000:C{card + 1}:00.0",-13} | {0,-11} {"0    / 0",-17} {$"{3400 + (card == holding ? megabytes : 0),-5}/ 65536",-20} |");
            lines.Add(DoubleRuler);
        }

        lines.AddRange([Ruler, "| NPU     Chip              | Process id    | Process name             | Process memory(MB)      |", DoubleRuler]);
        foreach (var card in (int[])[0, 1])
            lines.AddRange([card == holding && process is not null
            ? $"| {card,-7} {0,-17} | {process,-13} | {name,-24} | {megabytes,-23} |"
            : $"| {$"No running processes found in NPU {card}",-94} |", DoubleRuler]);
        return string.Join('\n', lines) + "\n";
    }
}
