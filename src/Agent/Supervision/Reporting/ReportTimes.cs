using Agent.Configuration.Host;
using Quartz;

namespace Agent.Supervision.Reporting;

/// <summary>
/// When reports are due, by Quartz' cron in the host's time zone. It is asked and does not fire: its scheduler runs by the agent's steady clock, and a
/// report belongs to the morning that people see. The question "which was the last" also answers for the time in which no agent ran.
/// </summary>
internal static class ReportTimes
{
    private const int LeastWait = 3;
    private const int MostWait = 12;
    private const int HalfHour = 30;
    private const int NearHalfHour = 2;

    /// <summary>The last time at or before a moment.</summary>
    public static DateTimeOffset? Last(ReportTime time, DateTimeOffset hostNow, TimeZoneInfo zone)
    {
        var cron = new CronExpression(time.Cron, zone);
        var longest = time.Date is not null ? TimeSpan.FromDays(32) : time.Day is not null ? TimeSpan.FromDays(8) : TimeSpan.FromDays(2);
        DateTimeOffset? last = null;
        for (var next = cron.GetNextValidTimeAfter(hostNow - longest); next <= hostNow; next = cron.GetNextValidTimeAfter(next.Value))
            last = next;
        return last;
    }

    /// <summary>
    /// How long a report waits after it is due, a few minutes by the host's name: hosts of a fleet do not send at once, and nobody sends at the full or
    /// the half hour, when chats refuse what comes.
    /// </summary>
    public static TimeSpan WaitOf(string host, TimeOnly at)
    {
        var minutes = LeastWait + (host.Aggregate(7, (sum, letter) => ((sum * 31) + letter) & 0xFFFF) % (MostWait - LeastWait));
        while (Math.Min((at.Minute + minutes) % HalfHour, HalfHour - ((at.Minute + minutes) % HalfHour)) < NearHalfHour)
            minutes++;
        return TimeSpan.FromMinutes(minutes);
    }
}
