using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters.Files;
using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Domain.Observations;
using Agent.Engines.Starting;

namespace Agent.Engines.Throughput;

/// <param name="Windows">The number of windows that it was learned from.</param>
internal sealed record BandBaseline(double TokensPerSecond, int Windows);

/// <param name="CommandLine">The command line of the engine: other options have another speed.</param>
internal sealed record KnownBaseline(string CommandLine, Dictionary<string, BandBaseline> Bands);

/// <summary>
/// The usual speed of an engine at each concurrency. First it is the mean of some windows. Then it follows slowly,
/// so that a bad hour does not become the measure. A speed that is too low is not learned: the caller judges first.
/// </summary>
internal sealed class ThroughputBaseline
{
    private const int Slowness = 200;

    private readonly string _path;
    private readonly int _enough;
    private readonly KnownBaseline _known;

    /// <param name="engine">The engine.</param>
    /// <param name="stateFolder">The folder in which it is kept from one agent to the next.</param>
    public ThroughputBaseline(EngineSettings engine, string stateFolder)
    {
        _enough = engine.Throughput.Learn;
        _path = Path.Combine(stateFolder, "throughput", engine.Name + ".json");
        var commandLine = EngineCommandLine.Render(engine).ToString();
        _known = Read(_path) is { } kept && kept.CommandLine == commandLine ? kept
            : new KnownBaseline(commandLine, new Dictionary<string, BandBaseline>(StringComparer.Ordinal));
    }

    /// <summary>What was learned of an engine with so many requests running, as it is kept; null: not enough, or nothing runs.</summary>
    public static double? UsualOf(AgentSettings settings, Subject engine, double running) =>
        ConcurrencyBand.Of(running) is { } band && settings.Engines.FirstOrDefault(e => e.Subject == engine) is { } own
            ? new ThroughputBaseline(own, settings.StateFolder).Of(band)
            : null;

    /// <summary>In order of concurrency.</summary>
    public IEnumerable<(string Band, BandBaseline Baseline, bool Counts)> All =>
        _known.Bands.OrderBy(b => int.Parse(b.Key.Split('-')[0], System.Globalization.CultureInfo.InvariantCulture))
            .Select(b => (b.Key, b.Value, b.Value.Windows >= _enough));

    /// <returns>Null until enough was seen.</returns>
    public double? Of(string band) => _known.Bands.TryGetValue(band, out var known) && known.Windows >= _enough ? known.TokensPerSecond : null;

    public void Learn(string band, double tokensPerSecond)
    {
        if (!double.IsFinite(tokensPerSecond))
            return;
        var known = _known.Bands.GetValueOrDefault(band) ?? new BandBaseline(0, 0);
        var windows = known.Windows + 1;
        var weight = windows <= _enough ? windows : Math.Max(_enough, Slowness);
        _known.Bands[band] = new BandBaseline(known.TokensPerSecond + ((tokensPerSecond - known.TokensPerSecond) / weight), windows);
        // A few lost windows do not matter. A write for each window would.
        if (windows == _enough || windows % 10 == 0)
            Write();
    }

    private void Write()
    {
        try
        {
            WholeFile.Write(_path, JsonSerializer.Serialize(_known, BaselineJson.Default.KnownBaseline));
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            // The next agent learns it anew. Another probe tells of a full disk.
        }
    }

    private static KnownBaseline? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), BaselineJson.Default.KnownBaseline);
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(KnownBaseline))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class BaselineJson : JsonSerializerContext;
