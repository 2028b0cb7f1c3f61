using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters.Files;

namespace Agent.VendorFaults;

/// <summary>
/// The times at which each vendor code came on each device, back to the last long quiet time. They are kept on disk, because a window of a day is
/// longer than agents run between upgrades. An object belongs to one caller at a time.
/// <para>
/// The vendor's device plugin keeps a chip separated after its code is gone, if the code came too often: for one code until 48 hours were quiet, for
/// the others until a person frees the chip. Here the quiet time applies to all codes. This agent takes no chip out of use by itself, so there is
/// nothing to free. But it must not forget the count while the code keeps coming back, because it would then try a reset again that did not help.
/// </para>
/// </summary>
internal sealed class FaultOccurrences
{
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(48);

    /// <summary>A code that comes back within this time is the same occurrence. An upgrade of the agent takes no longer.</summary>
    private static readonly TimeSpan Same = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan KeptEvery = TimeSpan.FromMinutes(1);
    private const int MostKept = 32;

    private readonly string? _path;
    private readonly Dictionary<string, CodeHistory> _codes;
    private readonly HashSet<string> _present = new(StringComparer.Ordinal);
    private readonly HashSet<string> _looked = new(StringComparer.Ordinal);
    private DateTimeOffset _keptAt = DateTimeOffset.MinValue;

    /// <param name="stateFolder">The folder in which the times are kept.</param>
    /// <param name="keeps">False for a one-shot look, which changes nothing on the host.</param>
    public FaultOccurrences(string stateFolder, bool keeps)
    {
        var path = Path.Combine(stateFolder, "vendor-faults.json");
        _path = keeps ? path : null;
        _codes = Read(path);
    }

    /// <summary>Takes in the codes that a device shows now. A code that stays is one occurrence.</summary>
    /// <returns>The times of each code shown, including the present occurrence.</returns>
    public IReadOnlyDictionary<string, IReadOnlyList<DateTimeOffset>> Seen(string device, IReadOnlyCollection<string> codes, DateTimeOffset now)
    {
        // A code that was there when the former agent ended has not come anew.
        if (_looked.Add(device))
            _present.UnionWith(_codes.Where(c => IsOf(device, c.Key) && now - c.Value.SeenAt <= Same).Select(c => c.Key));
        var changed = false;
        Dictionary<string, IReadOnlyList<DateTimeOffset>> seen = new(StringComparer.Ordinal);
        foreach (var code in codes)
        {
            var key = $"{device} {code}";
            if (!_codes.TryGetValue(key, out var history) || now - history.SeenAt >= Quiet)
                _codes[key] = history = new CodeHistory([]);
            var times = history.Times;
            // A time in the future was noted before the clock was set back.
            if (_present.Add(key) && (times.Count == 0 || now - times[^1] > Same || times[^1] > now))
            {
                times.Add(now);
                if (times.Count > MostKept)
                    times.RemoveAt(0);
                changed = true;
            }

            history.SeenAt = now;
            seen[code] = times;
        }

        _present.RemoveWhere(k => IsOf(device, k) && !codes.Contains(k[(device.Length + 1)..]));
        if (changed || (codes.Count > 0 && now - _keptAt >= KeptEvery))
            Keep(now);
        return seen;
    }

    private static bool IsOf(string device, string key) => key.StartsWith(device + " ", StringComparison.Ordinal);

    private void Keep(DateTimeOffset now)
    {
        _keptAt = now;
        foreach (var old in _codes.Where(c => now - c.Value.SeenAt >= Quiet).Select(c => c.Key).ToList())
            _codes.Remove(old);
        if (_path is not null)
            WholeFile.WriteLearned(_path, JsonSerializer.Serialize(_codes, FaultOccurrencesJson.Default.DictionaryStringCodeHistory));
    }

    private static Dictionary<string, CodeHistory> Read(string path)
    {
        try
        {
            var kept = JsonSerializer.Deserialize(File.ReadAllText(path), FaultOccurrencesJson.Default.DictionaryStringCodeHistory) ?? [];
            return kept.Where(c => c.Value?.Times is not null).ToDictionary(StringComparer.Ordinal);
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return [];
        }
    }
}

/// <summary>The times at which a code came, oldest first, and the last time at which it was there.</summary>
internal sealed record CodeHistory(List<DateTimeOffset> Times)
{
    public DateTimeOffset SeenAt { get; set; }
}

[JsonSerializable(typeof(Dictionary<string, CodeHistory>))]
internal sealed partial class FaultOccurrencesJson : JsonSerializerContext;
