using System.Globalization;
using Agent.Domain;
using Agent.Domain.Availability;

namespace Agent.Reports;

/// <summary>What one subject lost in an incident, as scripts read it.</summary>
/// <param name="Seconds">The time in which it could not serve; of an outage that goes on, as far as it is recorded.</param>
/// <param name="RequestsRunning">When it began, by the engine's counters; null: they were not seen.</param>
/// <param name="RequestsAborted">Of those, what a step of the agent ended.</param>
/// <param name="TokensNotServed">Against the speed that was learned for that load; null: nothing was.</param>
internal sealed record LostServiceDocument(
    string Subject,
    DateTimeOffset From,
    DateTimeOffset To,
    double Seconds,
    double? RequestsRunning,
    double? RequestsWaiting,
    double RequestsAborted,
    double? TokensNotServed,
    string Why,
    string WhyZh)
{
    /// <param name="spans">The outages of one incident.</param>
    public static IReadOnlyList<LostServiceDocument> Of(IEnumerable<ServiceSpan> spans) =>
    [
        .. from span in spans
           where span.State == ServiceState.Down && span.Length > TimeSpan.Zero
           group span by span.Subject into outages
           orderby outages.Key.Kind descending, outages.Key.Id
           let first = outages.First()
           select new LostServiceDocument(
               outages.Key.ToString(),
               first.From,
               outages.Last().To,
               Math.Round(outages.Sum(s => s.Length.TotalSeconds), 3),
               first.Lost?.AtBegin?.Running,
               first.Lost?.AtBegin?.Waiting,
               outages.Sum(s => s.Lost?.AbortedByAgent ?? 0),
               outages.Any(s => s.TokensNotServed is not null) ? Math.Round(outages.Sum(s => s.TokensNotServed ?? 0)) : null,
               ServiceReasons.Text(first.Why).English,
               ServiceReasons.Text(first.Why).Chinese),
    ];

    /// <summary>For people, in one line.</summary>
    public string In(Language language)
    {
        var chinese = language == Language.Chinese;
        List<string> parts = [$"{Subject} {Durations.Text(TimeSpan.FromSeconds(Seconds))} ({(chinese ? WhyZh : Why)})"];
        if (RequestsRunning + RequestsWaiting > 0)
            parts.Add(chinese ? $"开始时 {Plain(RequestsRunning)} 个请求在执行、{Plain(RequestsWaiting)} 个在等待"
                : $"{Plain(RequestsRunning)} requests running and {Plain(RequestsWaiting)} waiting when it began");
        if (RequestsAborted > 0)
            parts.Add(chinese ? $"{Plain(RequestsAborted)} 个请求被代理的步骤中止" : $"{Plain(RequestsAborted)} requests aborted by the agent");
        if (TokensNotServed is { } tokens)
            parts.Add(chinese ? $"约 {About(tokens)} 个 token 未能生成" : $"about {About(tokens)} tokens not served");
        return string.Join(chinese ? "，" : ", ", parts);
    }

    private static string Plain(double? count) => (count ?? 0).ToString("0", CultureInfo.InvariantCulture);

    /// <summary>Two digits that count: it is an estimate.</summary>
    private static string About(double tokens)
    {
        if (tokens < 10)
            return tokens.ToString("0", CultureInfo.InvariantCulture);
        var unit = Math.Pow(10, Math.Floor(Math.Log10(tokens)) - 1);
        return (Math.Round(tokens / unit) * unit).ToString("#,0", CultureInfo.InvariantCulture);
    }
}
