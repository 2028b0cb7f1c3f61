using System.Globalization;
using Agent.Adapters.VllmHttp;

namespace Agent.Engines.Answers;

/// <summary>The shape of a row of answers, seen from outside. A value is null when it was not counted, or not often enough.</summary>
/// <param name="Ended">Share of answers that the model ended by itself.</param>
/// <param name="Length">Tokens an answer, on average.</param>
/// <param name="Acceptance">Share of the drafted tokens that the model took.</param>
internal sealed record AnswerShape(double? Ended, double? Length, double? Acceptance)
{
    /// <summary>The number of answers or drafted tokens that is enough to say something.</summary>
    public const int EnoughAnswers = 20;

    private const int EnoughDrafted = 500;

    /// <summary>Broken weights never end an answer, or end it at once. Another kind of requests shifts the shares less than this.</summary>
    private const double EndedFall = 0.3;

    private const double LengthFactor = 3;
    private const double AcceptanceFactor = 5;

    /// <summary>At an acceptance below this, drafts are hardly accepted anyway.</summary>
    private const double UsefulAcceptance = 0.1;

    public static bool IsEnough(AnswerCounts counts) => counts.Answers >= EnoughAnswers;

    public static AnswerShape Of(AnswerCounts counts) => new(
        counts.Answers >= EnoughAnswers ? Ratio(counts.Stopped, counts.Answers) : null,
        counts.Answers >= EnoughAnswers ? Ratio(counts.Tokens, counts.Answers) : null,
        counts.Drafted >= EnoughDrafted ? Ratio(counts.Accepted, counts.Drafted) : null);

    /// <summary>The difference that is far from the engine's own past, in words. Null when there is none.</summary>
    public string? Differs(AnswerShape usual)
    {
        List<string> found = [];
        if (usual.Ended - Ended >= EndedFall)
            found.Add($"{Percent(Ended)} of answers end by themselves, usually {Percent(usual.Ended)}");
        if (usual.Length > 0 && (Length >= LengthFactor * usual.Length || Length <= usual.Length / LengthFactor))
            found.Add(string.Create(CultureInfo.InvariantCulture, $"{Length:0.#} tokens an answer, usually {usual.Length:0.#}"));
        if (usual.Acceptance >= UsefulAcceptance && Acceptance < usual.Acceptance / AcceptanceFactor)
            found.Add($"{Percent(Acceptance)} of drafted tokens are accepted, usually {Percent(usual.Acceptance)}");
        return found.Count == 0 ? null : string.Join("; ", found);
    }

    public string Text()
    {
        List<string> seen = [];
        if (Ended is not null)
            seen.Add($"{Percent(Ended)} of answers end by themselves");
        if (Length is { } length)
            seen.Add(string.Create(CultureInfo.InvariantCulture, $"{length:0.#} tokens an answer"));
        if (Acceptance is not null)
            seen.Add($"{Percent(Acceptance)} of drafted tokens are accepted");
        return string.Join("; ", seen);
    }

    private static double? Ratio(double? part, double? whole) => part / whole is { } ratio && double.IsFinite(ratio) ? ratio : null;

    private static string Percent(double? share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");
}
