using System.Globalization;
using System.Text.RegularExpressions;

namespace Agent.Engines.Starting;

/// <summary>
/// A progress bar of a start-up: shards of the weights, or graphs. A journal may
/// take it for binary data. Then only <c>[100B blob data]</c> is left of it.
/// </summary>
/// <param name="Elapsed">The time since the bar began, by vLLM's own clock.</param>
internal sealed partial record ShardProgress(int Percent, int Done, int Total, TimeSpan Elapsed)
{
    /// <summary>Time for the rest at the rate so far; null before the first one is done.</summary>
    public TimeSpan? Rest => Done == 0 || Elapsed == TimeSpan.Zero ? null : Elapsed / Done * (Total - Done);

    /// <returns>Null when the line is no progress bar of a start-up.</returns>
    public static ShardProgress? Read(string line)
    {
        if (!line.Contains('%', StringComparison.Ordinal) || Bar().Match(line) is not { Success: true } bar)
            return null;
        var clock = bar.Groups["h"].Success ? TimeSpan.FromHours(Number("h")) : TimeSpan.Zero;
        return new ShardProgress(Number("percent"), Number("done"), Number("total"), clock + TimeSpan.FromMinutes(Number("m"))
            + TimeSpan.FromSeconds(Number("s")));

        int Number(string group) => bar.Groups[group] is { Success: true } text ? int.Parse(text.ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    // "...shards:  53% Completed | 9/17 [00:02<00:02,  3.93it/s]", "...graphs (decode, FULL):  96%|####| 24/25 [00:33<00:01, ..."
    [GeneratedRegex(@"(?:shards|graph[^:]{0,100}):\s{1,20}(?<percent>[0-9]{1,3})%(?:[^/\[]{0,500}?(?<done>[0-9]{1,6})/(?<total>[0-9]{1,6}) "
        + @"\[(?:(?<h>[0-9]{1,3}):)?(?<m>[0-9]{2}):(?<s>[0-9]{2})<)?", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Bar();
}
