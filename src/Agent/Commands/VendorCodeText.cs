using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters;
using Agent.Commands.Syntax;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Screens;
using Agent.VendorFaults;

namespace Agent.Commands;

/// <summary>Fault codes of the vendor, for people and scripts.</summary>
internal static class VendorCodeText
{
    private static readonly VendorFaultTable Table = new(new Dictionary<string, VendorLevel>(StringComparer.Ordinal));

    public static bool IsOne(string code) => VendorFaultTable.Normalize(code) is { } known
        && (VendorFaultTable.IsPublished(known) || VendorFaultCode.Decode(known) is not null);

    /// <param name="code">Null: all published codes.</param>
    public static int Print(string? code, Language language, OutputFormat output)
    {
        var faults = code is null ? VendorFaultTable.All.ToList() : [VendorFaultTable.Find(VendorFaultTable.Normalize(code)!)];
        if (output == OutputFormat.Json)
            Console.WriteLine(JsonSerializer.Serialize([.. faults.Select(Document)], VendorCodeJson.Readable.VendorCodeDocumentArray));
        else if (code is null)
            Screen.Here().Table(["CODE", "LEVEL", "FAULT", "NAME"],
                faults.Select(f => (IReadOnlyList<string>)[f.Code, Word(Table.LevelOf(f)), VendorLevels.FaultOf(Table.LevelOf(f)),
                VendorFaultTable.NameOf(f.Code).In(language)]));
        else
            Screen.Here().Text(Explain(faults[0], language));
        return ExitCodes.Ok;
    }

    private static string Explain(VendorFault code, Language language)
    {
        var chinese = language == Language.Chinese;
        var level = Table.LevelOf(code);
        var fault = FaultCatalog.Default[VendorLevels.FaultOf(level)];
        var text = new StringBuilder().AppendLine($"{code.Code}: {VendorFaultTable.NameOf(code.Code).In(language)}").AppendLine();
        if (VendorFaultCode.Decode(code.Code) is { } parts)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{(chinese ? "来源" : "raised by")} {Side(parts, chinese)}, {(chinese ? "单元" : "unit")} 0x{parts.Unit:X3}, {(chinese ? "传感器" : "sensor")} "
                + $"0x{parts.Sensor:X2}, {(chinese ? "状态" : "state")} {parts.State}");
        text.AppendLine($"{(chinese ? "厂商级别" : "vendor's level")}: {Word(level)}{Origin(code, chinese)}");
        foreach (var rule in code.Rules)
            text.AppendLine(Rule(rule, chinese));
        return text
            .AppendLine($"{(chinese ? "本代理归类为" : "the agent takes it for")} {fault.Code}: {fault.Title.In(language)}").AppendLine()
            .AppendLine((chinese ? "代理会做：" : "The agent: ") + fault.AgentDoes.In(language))
            .AppendLine((chinese ? "人工应做：" : "A person:  ") + fault.PersonShould.In(language))
            .AppendLine((chinese ? "更改级别：在 agent.yaml 的 vendor_codes 中写 " : "To change the level, in agent.yaml: vendor_codes: ") + $"{{ {code.Code}: LEVEL }}")
            .ToString();
    }

    private static string Side(VendorFaultCode parts, bool chinese) => parts.OnDevice ? chinese ? "设备" : "the device" : chinese ? "主机驱动"
        : "the driver on the host";

    private static string Origin(VendorFault code, bool chinese) => code.Level is not null ? "" : chinese ? "（未公布级别，按驱动给出的严重性推定）"
        : " (none is published; by the severity that the driver gives)";

    private static string Rule(FrequencyRule rule, bool chinese) => rule.Times > 0
        ? chinese ? $"{Durations.Text(rule.Window)} 内出现 {rule.Times} 次后：{Word(rule.RaisesTo)}"
            : $"after {Counted.Text(rule.Times, "time")} in {Durations.Text(rule.Window)}: {Word(rule.RaisesTo)}"
        : chinese ? $"持续 {Durations.Text(rule.Window)} 后：{Word(rule.RaisesTo)}" : $"after {Durations.Text(rule.Window)} without a break: {Word(rule.RaisesTo)}";

    private static string Word(VendorLevel level) => Words.Of(level);

    private static VendorCodeDocument Document(VendorFault fault) => new(
        fault.Code,
        Word(Table.LevelOf(fault)),
        fault.Level is not null,
        VendorLevels.FaultOf(Table.LevelOf(fault)),
        VendorFaultTable.NameOf(fault.Code),
        [.. fault.Rules.Select(r => Rule(r, chinese: false))]);
}

internal sealed record VendorCodeDocument(string Code, string Level, bool LevelPublished, string Fault, LocalText Name, IReadOnlyList<string> Rules);

[JsonSerializable(typeof(VendorCodeDocument[]))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class VendorCodeJson : JsonSerializerContext
{
    public static readonly VendorCodeJson Readable = new(JsonSpelling.Options(indented: true));
}
