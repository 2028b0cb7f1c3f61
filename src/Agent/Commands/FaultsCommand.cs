using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Configuration.Yaml;
using Agent.Domain;
using Agent.Domain.Faults;

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
        var command = CommandLineParts.Command("faults", "List the faults that the agent knows, or explain one.", "faults", "faults chips-lost --language zh", "faults 80E01801", "faults --vendor", "faults --output json");
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
        ["CODE", "SEVERITY", "RUNG", "TITLE"],
        faults.Select(f => (IReadOnlyList<string>)[f.Code, Words.Of(f.Severity), Words.Of(f.StartsAt), f.Title.In(language)]));

    internal static string Explain(Fault fault, Language language)
    {
        var chinese = language == Language.Chinese;
        return new StringBuilder()
            .AppendLine($"{fault.Code}: {fault.Title.In(language)}").AppendLine()
            .AppendLine(fault.Meaning.In(language)).AppendLine()
            .AppendLine((chinese ? "代理会做：" : "The agent: ") + fault.AgentDoes.In(language))
            .AppendLine((chinese ? "人工应做：" : "A person:  ") + fault.PersonShould.In(language)).AppendLine()
            .Append($"severity {Words.Of(fault.Severity)}, confirmed {Belief(fault)}, ")
            .AppendLine($"rung {Words.Of(fault.StartsAt)}, at most {Words.Of(fault.Limit)}, {fault.Attempts} attempt(s) there")
            .AppendLine(fault.DependsOn.Count == 0 ? "explained by no other fault" : $"explained by: {string.Join(", ", fault.DependsOn)}")
            .ToString();
    }

    private static string Belief(Fault fault) => fault.IsCertain
        ? $"when its causes were looked for, at the latest after {Durations.Text(fault.ConfirmAfter)}"
        : $"after {fault.Sightings} sightings and {Durations.Text(fault.ConfirmAfter)}";
}

internal sealed record FaultDocument(string Code, string On, string Severity, string Rung, string Limit, double ConfirmAfterSeconds, int Sightings, IReadOnlyList<string> DependsOn, LocalText Title, LocalText Meaning, LocalText AgentDoes, LocalText PersonShould)
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
    public static readonly FaultsJson Readable = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
