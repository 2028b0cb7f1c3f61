using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters;
using Agent.Commands.Syntax;
using Agent.Configuration.Yaml;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Screens;

namespace Agent.Commands;

/// <summary>The fault catalogue. Needs no configuration.</summary>
internal static class FaultsCommand
{
    public static Command Create()
    {
        var code = new Argument<string?>("code")
        {
            Description = "One fault, or a fault code of the vendor such as 80E01801; without it the list.",
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "code",
            CompletionSources = { KnownWords.Faults },
        };
        var language = CommandLineParts.Language("en or zh; default: en.");
        var vendor = new Option<bool>("--vendor") { Description = "List the fault codes that the vendor publishes." };
        var output = CommandLineParts.Output();
        var command = CommandLineParts.Command("faults", "List the faults that the agent knows, or explain one.", "faults",
            "faults chips-lost --language zh", "faults 80E01801", "faults --vendor", "faults --output json");
        command.Arguments.Add(code);
        command.Options.Add(language);
        command.Options.Add(vendor);
        command.Options.Add(output);
        command.SetAction(parse =>
        {
            var inLanguage = parse.GetValue(language) == "zh" ? Language.Chinese : Language.English;
            var wanted = parse.GetValue(code);
            return parse.GetValue(vendor) || (wanted is not null && VendorCodeText.IsOne(wanted))
                ? VendorCodeText.Print(wanted, inLanguage, parse.GetValue(output))
                : Run(wanted, inLanguage, parse.GetValue(output));
        });
        return command;
    }

    private static int Run(string? code, Language language, OutputFormat output)
    {
        var faults = code is null ? [.. FaultCatalog.Default.All] : FaultCatalog.Default.Find(code) is { } one ? [one] : Array.Empty<Fault>();
        if (faults.Length == 0)
        {
            Console.Error.WriteLine($"no fault '{code}'{Nearest.Advice(code!, FaultCatalog.Default.All.Select(f => f.Code), "`npu-agent faults` lists them")}");
            return ExitCodes.NotFound;
        }

        if (output == OutputFormat.Json)
            Console.WriteLine(JsonSerializer.Serialize([.. faults.Select(FaultDocument.Of)], FaultsJson.Readable.FaultDocumentArray));
        else if (code is null)
            List(Screen.Here(), faults, language);
        else
            Screen.Here().Text(Explain(faults[0], language));
        return ExitCodes.Ok;
    }

    internal static void List(Screen screen, IReadOnlyList<Fault> faults, Language language) => screen.Table(
        language == Language.Chinese ? ["代码", "严重性", "恢复级别", "名称"] : ["CODE", "SEVERITY", "RUNG", "TITLE"],
        faults.Select(f => (IReadOnlyList<string>)[f.Code, Words.Of(f.Severity), Words.Of(f.StartsAt), f.Title.In(language)]));

    internal static string Explain(Fault fault, Language language)
    {
        var chinese = language == Language.Chinese;
        return new StringBuilder()
            .AppendLine($"{fault.Code}: {fault.Title.In(language)}").AppendLine()
            .AppendLine(fault.Meaning.In(language)).AppendLine()
            .AppendLine((chinese ? "代理会做：" : "The agent: ") + fault.AgentDoes.In(language))
            .AppendLine((chinese ? "人工应做：" : "A person:  ") + fault.PersonShould.In(language)).AppendLine()
            .AppendLine(Handling(fault).In(language))
            .AppendLine(Explainers(fault).In(language))
            .ToString();
    }

    private static LocalText Handling(Fault fault)
    {
        var (severity, rung, limit, attempts) = (Words.Of(fault.Severity), Words.Of(fault.StartsAt), Words.Of(fault.Limit), fault.Attempts);
        var belief = Belief(fault);
        return new LocalText(
            $"severity {severity}, confirmed {belief.English}, rung {rung}, at most {limit}, {attempts} attempt(s) there",
            $"严重性 {severity}，{belief.Chinese}确认，恢复级别 {rung}，最高 {limit}，每级最多尝试 {attempts} 次");
    }

    private static LocalText Belief(Fault fault)
    {
        var after = Durations.Text(fault.ConfirmAfter);
        return fault.IsCertain
            ? new LocalText($"when its causes were looked for, at the latest after {after}", $"查找原因之后、最迟 {after} 后")
            : new LocalText($"after {fault.Sightings} sightings and {after}", $"发现 {fault.Sightings} 次且经过 {after} 后");
    }

    private static LocalText Explainers(Fault fault)
    {
        var others = string.Join(", ", fault.DependsOn);
        return others.Length == 0
            ? new LocalText("explained by no other fault", "没有其他故障可以解释它")
            : new LocalText($"explained by: {others}", $"可由以下故障解释：{others}");
    }
}

internal sealed record FaultDocument(string Code, string On, string Severity, string Rung, string Limit, double ConfirmAfterSeconds, int Sightings,
    IReadOnlyList<string> DependsOn, LocalText Title, LocalText Meaning, LocalText AgentDoes, LocalText PersonShould)
{
    public static FaultDocument Of(Fault fault) => new(
        fault.Code,
        Words.Of(fault.On),
        Words.Of(fault.Severity),
        Words.Of(fault.StartsAt),
        Words.Of(fault.Limit),
        fault.ConfirmAfter.TotalSeconds,
        fault.Sightings,
        fault.DependsOn,
        fault.Title,
        fault.Meaning,
        fault.AgentDoes,
        fault.PersonShould);
}

[JsonSerializable(typeof(FaultDocument[]))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class FaultsJson : JsonSerializerContext
{
    public static readonly FaultsJson Readable = new(JsonSpelling.Options(indented: true));
}
