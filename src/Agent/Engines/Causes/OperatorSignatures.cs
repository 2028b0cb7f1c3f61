using Agent.Domain.Faults;
using static Agent.Engines.Causes.NewSignature;

namespace Agent.Engines.Causes;

/// <summary>
/// The reasons why an operator or a call into CANN is refused. Before an engine served, every start meets such
/// a refusal again. An engine that had served met it by the shape of one request, or by a bug that needs hours.
/// </summary>
internal static class OperatorSignatures
{
    private static readonly CauseMeaning Once = new(Cure.RestartEngine, FaultCodes.EngineOperatorFailed);

    public static readonly IReadOnlyList<LogSignature> All =
    [
        // E5 to E9, EA and EB are the compilers of operators, EF the ones of graphs, EO and EP the ones of models.
        Of("operator-not-supported", Cure.Person, @"\bEZ(?:1001|000[0-9]|0501|300[23]|9010)\b|\bE4002[12]\b|\bE20(?:001|007|10[0-9])\b|\bE22001\b"
            + @"|\bE(?:5[0-9]|6[0-9]|7[0-9]|90)[0-9]{3}\b|\bE(?:A0|B[0-9])[0-9]{3}\b|\bEF20[0-9]{2}\b"
            + @"|\bE[OP]000[0-9]\b|\bEL0014\b|\bEE10(?:0[56]|16)\b|\bEH00(?:06|11)\b|\bEK000[45]\b|MLA only support"
            + @"|Unsupported soc_version|binary_info_config\.json failed|"
            + Code(@"16100[0-9]|5610[0-9][0-9]|5611[0-9][0-9]|2070(?:00|19|21)|507009|50702[78]|10704[2-4]"),
            ["EZ1001", "EZ000", "EZ0501", "EZ300", "EZ9010", "E4002", "E2000", "E2010", "E22001", "E500", "E600", "E601", "E610", "E612", "E613", "E615",
            "E616", "E620", "E623", "E625", "E640", "E650", "E680", "E700", "E760", "E900", "EA00", "EB00", "EB05", "EB10", "EB30", "EB40", "EB90", "EF20",
            "EO00", "EP00", "EL0014", "EE1005", "EE1006", "EE1016", "EH0006", "EH0011", "EK000", "MLA only support", "Unsupported soc_version",
            "binary_info_config.json failed", "16100", "5610", "5611", "207000", "207019", "207021", "507009", "507027", "507028",
            "10704"]) with { OnceServed = Once },

        // A line below often says what was wrong with the argument.
        Of("argument-refused", Cure.Person, @"\bEL0003\b|\bE39001\b|\bEE10(?:0[134]|1[1278]|2[02])\b|\bEH00(?:0[125789]|1[234])\b|\bEK000[12367]\b" + @"|"
            + Code("107000|10700[6-9]|10701[0-8]|107021"),
            ["EL0003", "E39001", "EE1001", "EE1003", "EE1004", "EE1011", "EE1012", "EE1017", "EE1018", "EE1020", "EE1022", "EH000", "EH001", "EK000", "107000",
            "107006", "107007", "107008", "107009", "10701", "107021"]) with
        {
            Standing = Standing.Vague,
            OnceServed = Once,
        },
    ];
}
