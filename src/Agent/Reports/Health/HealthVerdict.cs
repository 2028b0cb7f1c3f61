using System.Globalization;
using Agent.Domain;

namespace Agent.Reports.Health;

/// <summary>The report in one sentence.</summary>
/// <param name="State">For scripts: <c>good</c>, <c>attention</c>, <c>bad</c> or <c>unknown</c>.</param>
internal sealed record HealthVerdict(string State, LocalText Text)
{
    public const string Good = "good";
    public const string Attention = "attention";
    public const string Bad = "bad";
    public const string Unknown = "unknown";

    /// <summary>With a larger share unknown, nobody may say that all was well.</summary>
    public const double MostUnknown = 0.05;

    /// <summary>What needs a person comes first, what is not known before what is well.</summary>
    public static HealthVerdict Of(HealthFigures figures, int persons, IReadOnlyList<AvailabilityDocument> availability, bool hasLedger)
    {
        var engines = availability.Where(a => a.Subject.StartsWith("engine:", StringComparison.Ordinal)).ToList();
        if (persons > 0)
            return new(Bad, persons == 1 ? new("A person is needed: 1 incident waits.", "需要人工处理：1 个事件待处理。")
                : new($"A person is needed: {Number(persons)} incidents wait.", $"需要人工处理：{Number(persons)} 个事件待处理。"));
        if (figures.NotOver.Count is > 0 and var open)
            return new(Attention, open == 1 ? new("1 incident is not over; no person is needed yet.", "1 个事件尚未结束，暂不需要人工处理。")
                : new($"{Number(open)} incidents are not over; no person is needed yet.", $"{Number(open)} 个事件尚未结束，暂不需要人工处理。"));
        if (engines.Where(e => e.ErrorBudget is { LeftSeconds: < 0 }).MaxBy(e => e.LostSeconds) is { } missed)
        {
            var (name, lost, allowed) = (missed.Subject[7..], Time(missed.LostSeconds), Time(missed.ErrorBudget!.AllowedSeconds));
            return new(Attention, new(
                $"Nothing is open, but engine {name} missed its objective: {lost} of service were lost, {allowed} are allowed.",
                $"没有未结束的事件，但引擎 {name} 未达到可用性目标：服务中断 {lost}，允许 {allowed}。"));
        }

        if (!hasLedger || engines.Count == 0)
            return figures.Confirmed.Count == 0
                ? new(Unknown, new("No incident was recorded, and there is no record of whether engines served.", "没有事件记录，也没有引擎服务情况的记录。"))
                : Over(figures, engines);
        var worst = engines.MaxBy(e => e.UnknownSeconds)!;
        if (worst.UnknownSeconds > MostUnknown * (worst.UnknownSeconds + worst.UpSeconds + worst.LostSeconds + worst.PlannedSeconds))
        {
            var unknown = Time(worst.UnknownSeconds);
            return new(Unknown, new(
                $"Nothing is open, but for {unknown} nobody knows whether engine {worst.Subject[7..]} served.",
                $"没有未结束的事件，但有 {unknown} 无法确认引擎 {worst.Subject[7..]} 是否正常服务。"));
        }

        return figures.Confirmed.Count > 0 ? Over(figures, engines) : Quiet(engines);
    }

    private static HealthVerdict Over(HealthFigures figures, List<AvailabilityDocument> engines)
    {
        var (count, lost) = (figures.Confirmed.Count, engines.Sum(e => e.LostSeconds));
        var (english, chinese) = lost > 0 ? ($"engines lost {Time(lost)} of service", $"引擎服务共中断 {Time(lost)}")
            : engines.Count > 0 ? ("no service was lost", "服务未中断") : ("lost service was not recorded", "服务中断时间无记录");
        return new(Good, new(
            count == 1 ? $"All is well again: 1 incident is over; {english}." : $"All is well again: {Number(count)} incidents are over; {english}.",
            $"已全部恢复：{Number(count)} 个事件均已结束，{chinese}。"));
    }

    private static HealthVerdict Quiet(List<AvailabilityDocument> engines) => engines.Sum(e => e.LostSeconds) is > 0 and var lost
        ? new(Good, new($"No incident; engines lost {Time(lost)} of service.", $"没有事件，引擎服务共中断 {Time(lost)}。"))
        : new(Good, new("All was well: no incident, and no service was lost.", "一切正常：没有事件，服务未中断。"));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(double seconds) => Durations.Text(TimeSpan.FromSeconds(seconds));
}
