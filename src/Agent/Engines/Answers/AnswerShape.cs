using System.Globalization;
using Agent.Adapters.VllmHttp;

namespace Agent.Engines.Answers;

/// <summary>What a row of answers looks like from outside. Null where it was not counted, or not often enough.</summary>
/// <param name="Ended">Share of answers that the model ended by itself.</param>
/// <param name="Length">Tokens an answer, on average.</param>
/// <param name="Acceptance">Share of the drafted tokens that the model took.</param>
internal sealed record AnswerShape(double? Ended, double? Length, double? Acceptance)
{
    /// <summary>So many answers or drafted tokens say something.</summary>
    public const int EnoughAnswers = 20;

    private const int EnoughDrafted = 500;

    /// <summary>Broken weights never end an answer, or end it at once; another kind of requests shifts the shares less.</summary>
    private const double EndedFall = 0.3;

    private const double LengthFactor = 3;
    private const double AcceptanceFactor = 5;

    /// <summary>Below it drafts are hardly taken anyway.</summary>
    private const double UsefulAcceptance = 0.1;

    public static bool IsEnough(AnswerCounts counts) => counts.Answers >= EnoughAnswers;

    public static AnswerShape Of(AnswerCounts counts) => new(
        counts.Answers >= EnoughAnswers ? Ratio(counts.Stopped, counts.Answers) : null,
        counts.Answers >= EnoughAnswers ? Ratio(counts.Tokens, counts.Answers) : null,
        counts.Drafted >= EnoughDrafted ? Ratio(counts.Accepted, counts.Drafted) : null);

    /// <summary>What differs by far from the engine's own past; null when nothing does.</summary>
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
