using System.Globalization;
using Agent.Configuration.Engines;
using Agent.Domain;
using Agent.Engines.Signs;

namespace Agent.Engines.Quality;

/// <summary>The faults of answers, in words. Nothing when the answers are well.</summary>
internal static class QualityJudge
{
    private const int LongestPeriod = 4;
    private const int FewTokens = 12;
    private const double Repeated = 0.9;

    /// <summary>Answers that are no text, whatever the reference says. Without a reference nothing else can be judged.</summary>
    public static IReadOnlyList<string> Garbage(ExamResult result, QualityLimits limits)
    {
        if (result.IsNotANumber)
            return [$"log-probabilities are no numbers: {result.Problem}"];
        var bad = result.Answers.Select(a => (a.Prompt, Complaint: Complaint(a))).Where(a => a.Complaint is not null).ToList();
        var invalid = result.Answers.Sum(a => a.Greedy.NotANumber);
        List<string> complaints = [.. NoNumbers(invalid)];
        if (bad.Count > limits.BadAnswers * result.Answers.Count)
            complaints.Add($"{bad.Count} of {Counted.Text(result.Answers.Count, "answer")} {(bad.Count == 1 ? "is" : "are")} no text, "
                + $"allowed {Number(limits.BadAnswers * 100)} %: "
                + $"\"{Shorten(bad[0].Prompt)}\": {bad[0].Complaint}");
        return complaints;
    }

    private static string[] NoNumbers(int count) =>
        count > 0 ? [Counted.Text(count, "log-probability is no number", "log-probabilities are no numbers")] : [];

    public static IReadOnlyList<string> Drift(QualityFigures found, QualityLimits limits) =>
    [
        .. NoNumbers(found.NotANumber),
        .. Above("mean |difference| of log-probabilities", found.MeanDifference, limits.MeanDifference),
        .. Above("largest |difference| of log-probabilities", found.MaxDifference, limits.MaxDifference),
        .. Below("same likeliest token", found.TopAgreement, limits.TopAgreement),
        .. Below("share of each answer before it differs", found.PrefixAgreement, limits.PrefixAgreement),
    ];

    public static IEnumerable<string> Above(string what, double found, double most) => found > most ? [$"{what} {Number(found)}, allowed {Number(most)}"] : [];

    public static IEnumerable<string> Below(string what, double found, double least) => found < least
        ? [$"{what} {Number(found)}, at least {Number(least)}"] : [];

    public static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    public static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= 40 ? line : line[..40] + "...";
    }

    private static string? Complaint(ExamAnswer answer) =>
        CanaryJudge.Complaint(answer.Greedy.Text, null)
        ?? (answer.Greedy.Text.Count(c => c is '\uFFFD' || (char.IsControl(c) && !char.IsWhiteSpace(c))) * 4 > answer.Greedy.Text.Length
            ? "mostly bytes that are no characters" : null)
        ?? (Enumerable.Range(1, LongestPeriod).Any(p => Repeats(answer.Greedy.Tokens, p)) ? $"the same over and over: \"{Shorten(answer.Greedy.Text)}\""
            : null);

    /// <summary>Repetition is counted in tokens, because Chinese text has no spaces between words.</summary>
    private static bool Repeats(IReadOnlyList<int> tokens, int period) =>
        tokens.Count >= FewTokens && tokens.Skip(period).Zip(tokens).Count(t => t.First == t.Second) >= Repeated * (tokens.Count - period);
}
