using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters;
using Agent.Adapters.Files;

namespace Agent.Engines.Bench;

/// <summary>One run of the load probe. Two runs can be compared only if they have the same concurrency and the same lengths.</summary>
/// <param name="CountedShare">
/// The share of this run's tokens in all tokens that the engine counted meanwhile. Well below 1: the engine also served others. Null: it counts none.
/// </param>
internal sealed record BenchResult(
    string Engine,
    string Model,
    string? Version,
    DateTimeOffset At,
    int Concurrency,
    int Requests,
    int Failed,
    int PromptWords,
    int AnswerTokens,
    double DurationSeconds,
    double TokensPerSecond,
    double RequestsPerSecond,
    BenchTimes TimeToFirstToken,
    BenchTimes TimePerOutputToken,
    BenchTimes InterTokenLatency,
    BenchTimes EndToEnd,
    double? CountedShare,
    IReadOnlyList<string> Problems);

/// <summary>In seconds; all zero when nothing was measured.</summary>
internal sealed record BenchTimes(double Mean, double P50, double P95, double P99)
{
    public static BenchTimes Of(IEnumerable<TimeSpan> times)
    {
        double[] sorted = [.. times.Select(t => t.TotalSeconds).Order()];
        return sorted.Length == 0 ? new BenchTimes(0, 0, 0, 0)
            : new BenchTimes(sorted.Average(), Quantile(sorted, 0.5), Quantile(sorted, 0.95), Quantile(sorted, 0.99));
    }

    /// <summary>
    /// The value between the two nearest ones, as numpy does by default. So the figures can be compared with those of `vllm bench serve`.
    /// </summary>
    private static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + ((sorted[below + 1] - sorted[below]) * (place - below)) : sorted[below];
    }
}

/// <summary>Results in the state folder, one file each.</summary>
internal sealed class BenchFiles(string stateFolder)
{
    private const int Kept = 50;

    private readonly string _folder = Path.Combine(stateFolder, "bench");

    public string Write(BenchResult result)
    {
        var path = Path.Combine(_folder, $"{result.Engine}-{result.At:yyyyMMdd'T'HHmmss'Z'}.json");
        WholeFile.Write(path, JsonSerializer.Serialize(result, BenchJson.Readable.BenchResult));
        foreach (var old in Of(result.Engine).Skip(Kept))
            File.Delete(old);
        return path;
    }

    /// <summary>The newest result of an engine that can be read.</summary>
    public BenchResult? Newest(string engine) => Of(engine).Select(Read).FirstOrDefault(r => r?.Engine == engine);

    private IEnumerable<string> Of(string engine) =>
        Directory.Exists(_folder) ? [.. Directory.EnumerateFiles(_folder, engine + "-????????T??????Z.json").OrderDescending(StringComparer.Ordinal)] : [];

    private static BenchResult? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), BenchJson.Default.BenchResult);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(BenchResult))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class BenchJson : JsonSerializerContext
{
    public static readonly BenchJson Readable = new(JsonSpelling.Options(indented: true));
}
