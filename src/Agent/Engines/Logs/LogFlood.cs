using System.Globalization;
using Agent.Domain;

namespace Agent.Engines.Logs;

/// <summary>An engine prints more in a day than is kept of it. Lines that are wanted after a bad night may be gone in the morning.</summary>
/// <param name="Rate">Bytes a second. Null while the agent has not watched for long enough to know.</param>
/// <param name="KeptBytes">The bytes that may be kept, limited by the configuration or by the disk.</param>
internal sealed record LogFlood(double? Rate, long KeptBytes, bool DiskLimits, (string Example, double Share)? Most)
{
    public static readonly TimeSpan Wanted = TimeSpan.FromDays(1);

    public string Text => Growth + Line;

    private string Growth
    {
        get
        {
            var kept = $"{Sizes.Text(KeptBytes)} are kept{(DiskLimits ? " on a disk that has no more" : "")}";
            return Rate is { } rate
                ? $"the log grows by {Sizes.Text(rate)} a second; {kept}, the last {Durations.Text(TimeSpan.FromSeconds(KeptBytes / Math.Max(1, rate)))} of it"
                : $"the log was flooded, and how fast it grows now is not known yet; {kept}";
        }
    }

    private string Line => Most is { } most
        ? string.Create(CultureInfo.InvariantCulture, $"; {most.Share * 100:0} % of the lines are like: {most.Example.Trim()}") : "";
}
