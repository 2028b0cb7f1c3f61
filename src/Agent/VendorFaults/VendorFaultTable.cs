using System.Globalization;
using Agent.Domain;
using Agent.Domain.Faults;

namespace Agent.VendorFaults;

/// <summary>
/// The vendor's published fault codes with their levels, and words for them. The data is in the three .tsv files of this folder. Operators may give a
/// code another level.
/// </summary>
internal sealed class VendorFaultTable(IReadOnlyDictionary<string, VendorLevel> overrides)
{
    private const int Major = 2;

    private static readonly Lazy<IReadOnlyDictionary<string,
        VendorFault>> Published = new(() => Rows("fault-codes.tsv").Select(Fault).ToDictionary(f => f.Code, StringComparer.Ordinal));
    private static readonly Lazy<IReadOnlyDictionary<string,
        LocalText>> Units = new(() => Rows("units.tsv").ToDictionary(r => r[0], r => new LocalText(r[1], r[2]), StringComparer.Ordinal));
    private static readonly Lazy<IReadOnlyDictionary<(string, int), (int Severity, LocalText Text)>> States =
        new(() => Rows("states.tsv").ToDictionary(r => (r[0], Number(r[1])), r => (Number(r[2]), new LocalText(r[3], r[4]))));

    public static int Count => Published.Value.Count;

    public static IEnumerable<VendorFault> All => Published.Value.Values;

    /// <summary>Reads a code as people write it: with or without 0x, in any case. Null when the text is no code.</summary>
    public static string? Normalize(string code)
    {
        if (code.StartsWith('[') && code.EndsWith(']'))
            return All.FirstOrDefault(f => string.Equals(f.Code, code, StringComparison.OrdinalIgnoreCase))?.Code;
        var digits = code.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? code[2..] : code;
        return digits.Length is >= 8 and <= 9 && digits.All(char.IsAsciiHexDigit) ? digits.ToUpperInvariant() : null;
    }

    /// <summary>The row of a code. A code that is not published has no level and no rule.</summary>
    public static VendorFault Find(string code) => Published.Value.TryGetValue(code, out var fault) ? fault : new VendorFault(code, null, []);

    public static bool IsPublished(string code) => Published.Value.ContainsKey(code);

    /// <summary>
    /// The level that applies before any rule of frequency: the operator's level, or else the published one. A code of no list gets its level from
    /// the severity that the driver gives to the state, as with the vendor.
    /// </summary>
    public VendorLevel LevelOf(VendorFault fault) =>
        overrides.TryGetValue(fault.Code, out var level) ? level : fault.Level
            ?? (SeverityOf(fault.Code) >= Major ? VendorLevel.Separate : VendorLevel.NotHandle);

    /// <summary>The level after a number of occurrences. A level that an operator chose is final.</summary>
    public VendorLevel LevelAfter(VendorFault fault, IReadOnlyList<DateTimeOffset> occurrences, DateTimeOffset now) =>
        overrides.ContainsKey(fault.Code) ? overrides[fault.Code] : fault.LevelAfter(occurrences, now, LevelOf(fault));

    /// <summary>The meaning of a code in words of this agent: the unit of the chip and its trouble.</summary>
    public static LocalText NameOf(string code)
    {
        if (VendorFaultCode.Decode(code) is not { } parts)
            return OtherName(code);
        var unit = Units.Value.TryGetValue(Hex(parts.Unit, 3), out var known) ? known
            : new LocalText($"unit 0x{Hex(parts.Unit, 3)}", $"单元 0x{Hex(parts.Unit, 3)}");
        var state = States.Value.TryGetValue((Hex(parts.Sensor, 2), parts.State), out var wrong)
            ? wrong.Text
            : new LocalText($"event {parts.State} of sensor 0x{Hex(parts.Sensor, 2)}", $"传感器 0x{Hex(parts.Sensor, 2)} 事件 {parts.State}");
        return new LocalText($"{unit.English}: {state.English}", $"{unit.Chinese}：{state.Chinese}");
    }

    private static int SeverityOf(string code) =>
        VendorFaultCode.Decode(code) is { } parts && States.Value.TryGetValue((Hex(parts.Sensor, 2), parts.State), out var state) ? state.Severity : 0;

    // The leading byte tells the family (published tables of the board controller and of the black box).
    private static LocalText OtherName(string code) => code switch
    {
        ['[', ..] => new("link switch of the board", "板上交换芯片"),
        ['A' or 'B' or '9', ..] => new("exception in the chip's black box", "芯片黑匣子异常"),
        ['0', '0', 'F', ..] or ['0', '8', '5', '2', ..] => new("forwarding engine of the board", "板上转发引擎"),
        ['0', '0', ..] or ['2', '4', ..] => new("CPU of the host, by the board controller", "主机 CPU（带外管理上报）"),
        ['0', '1', ..] => new("memory of the host, by the board controller", "主机内存（带外管理上报）"),
        ['0', '2', ..] or ['0', '5', ..] or ['0', '6', ..] => new("disk of the host, by the board controller", "主机硬盘（带外管理上报）"),
        ['0', '8', ..] => new("PCIe card of the host, by the board controller", "主机 PCIe 卡（带外管理上报）"),
        ['0', 'D', ..] or ['2', '9', ..] => new("network card of the host, by the board controller", "主机网卡（带外管理上报）"),
        ['2', '8', ..] => new("cable or link between CPUs, by the board controller", "CPU 间链路或线缆（带外管理上报）"),
        ['5', '6', ..] => new("connection to the NPU board, by the board controller", "NPU 板连接（带外管理上报）"),
        _ => new("event of the board controller", "带外管理事件"),
    };

    private static VendorFault Fault(string[] row) => new(
        row[0],
        row.Length > 1 && row[1].Length > 0 ? Level(row[1]) : null,
        row.Length > 2 ? [.. row[2].Split(' ').Select(Rule)] : []);

    // "2x86400=separate": twice in a day; ">20=pre-separate": for 20 seconds.
    private static FrequencyRule Rule(string text)
    {
        var (condition, level) = text.Split('=') is [var left, var right] ? (left, Level(right)) : throw new InvalidDataException(text);
        return condition.Split('x') is [var times, var window]
            ? new FrequencyRule(Number(times), TimeSpan.FromSeconds(Number(window)), level)
            : new FrequencyRule(0, TimeSpan.FromSeconds(Number(condition.TrimStart('>'))), level);
    }

    public static VendorLevel Level(string word) => word switch
    {
        "not-handle" => VendorLevel.NotHandle,
        "sub-health" => VendorLevel.SubHealth,
        "restart-request" => VendorLevel.RestartRequest,
        "restart-business" => VendorLevel.RestartBusiness,
        "free-restart-npu" => VendorLevel.FreeRestartNpu,
        "restart-npu" => VendorLevel.RestartNpu,
        "pre-separate" => VendorLevel.PreSeparate,
        "separate" => VendorLevel.Separate,
        _ => throw new InvalidDataException($"no level '{word}'"),
    };

    private static string Hex(int number, int digits) => number.ToString("X" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static IEnumerable<string[]> Rows(string file)
    {
        using var stream = typeof(VendorFaultTable).Assembly.GetManifestResourceStream($"Agent.VendorFaults.{file}")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                yield return line.Split('\t');
        }
    }
}
