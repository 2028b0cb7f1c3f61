using System.Globalization;

namespace Agent.Adapters.VllmHttp;

/// <summary>
/// Reads counters out of the text of /metrics, whatever the version: kv_cache_usage_perc was gpu_cache_usage_perc, the label
/// engine came in 2025, the order of labels varies, a time stamp may follow the value. iteration_tokens_total is a histogram in
/// spite of its name.
/// </summary>
internal static class CounterLines
{
    private const string Running = "vllm:num_requests_running";
    private const string Generation = "vllm:generation_tokens_total";
    private const string Prompt = "vllm:prompt_tokens_total";
    private const string Iterations = "vllm:iteration_tokens_total_count";

    public static EngineCounters Read(string exposition)
    {
        Dictionary<string, double> sums = new(StringComparer.Ordinal);
        SortedDictionary<string, Dictionary<string, double>> ranks = new(StringComparer.Ordinal);
        double? born = null;
        var (deferred, asleep) = ((double?)null, false);
        foreach (var line in exposition.AsSpan().EnumerateLines())
        {
            if (!(line.StartsWith("vllm:", StringComparison.Ordinal) || line.StartsWith("process_start_time_seconds", StringComparison.Ordinal)) || Value(line) is not { } value)
                continue;
            var name = line[..line.IndexOfAny('{', ' ')].ToString();
            if (name is "process_start_time_seconds" || (born is null && name is "vllm:generation_tokens_created" or "vllm:iteration_tokens_total_created"))
                born = value;
            else if (name is "vllm:num_requests_waiting_by_reason" && Label(line, "reason") is "deferred")
                deferred = (deferred ?? 0) + value;
            else if (name is "vllm:engine_sleep_state" && Label(line, "sleep_state") is "awake")
                asleep |= value == 0;
            sums[name] = sums.GetValueOrDefault(name) + value;
            if (name is Running or Generation or Prompt or Iterations)
                Rank(line)[name] = value;
        }

        return new EngineCounters(Sum(Running), Sum("vllm:num_requests_waiting"), Sum(Generation), Sum(Prompt), Sum(Iterations), Share("vllm:kv_cache_usage_perc") ?? Share("vllm:gpu_cache_usage_perc"))
        {
            Deferred = deferred,
            Born = born,
            IsAsleep = asleep,
            Ranks = [.. ranks.Select(r => new RankCounters(r.Key, r.Value.GetValueOrDefault(Running), Of(r.Value, Generation), Of(r.Value, Prompt), Of(r.Value, Iterations)))],
        };

        double? Sum(string name) => Of(sums, name);

        double? Share(string name) => Sum(name) / Math.Max(1, ranks.Count);

        Dictionary<string, double> Rank(ReadOnlySpan<char> line)
        {
            var rank = Label(line, "engine").ToString();
            return ranks.TryGetValue(rank, out var known) ? known : ranks[rank] = new(StringComparer.Ordinal);
        }
    }

    private static double? Of(Dictionary<string, double> values, string name) => values.TryGetValue(name, out var value) ? value : null;

    private static double? Value(ReadOnlySpan<char> line)
    {
        var nameEnd = line.IndexOfAny('{', ' ');
        var valueStart = line.LastIndexOf('}') is >= 0 and var brace ? brace + 1 : nameEnd;
        if (nameEnd < 0 || valueStart < 0)
            return null;
        var rest = line[valueStart..].Trim();
        var space = rest.IndexOf(' ');
        return double.TryParse(space < 0 ? rest : rest[..space], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>The value of a label; empty when there is none of that name.</summary>
    private static ReadOnlySpan<char> Label(ReadOnlySpan<char> line, ReadOnlySpan<char> name)
    {
        for (var from = 0; line[from..].IndexOf(name) is >= 0 and var at; from += at + name.Length)
        {
            var begin = from + at;
            var rest = line[(begin + name.Length)..];
            if (line[begin - 1] is '{' or ',' && rest.StartsWith("=\"", StringComparison.Ordinal) && rest[2..].IndexOf('"') is >= 0 and var end)
                return rest[2..(2 + end)];
        }

        return [];
    }
}
