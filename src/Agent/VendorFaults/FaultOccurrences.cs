using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agent.VendorFaults;

/// <summary>
/// When each vendor code came on each device, as far back as the rules of frequency look. Kept on disk: a window of a day is
/// longer than agents run between upgrades. Belongs to one caller at a time.
/// </summary>
internal sealed class FaultOccurrences
{
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(2);
    private const int MostKept = 32;

    private readonly string? _path;
    private readonly Dictionary<string, List<DateTimeOffset>> _times;
    private readonly HashSet<string> _present = new(StringComparer.Ordinal);

    /// <param name="stateFolder">Where they are kept.</param>
    /// <param name="keeps">False for a one-shot look, which changes nothing on the host.</param>
    public FaultOccurrences(string stateFolder, bool keeps)
    {
        var path = Path.Combine(stateFolder, "vendor-faults.json");
        _path = keeps ? path : null;
        _times = Read(path);
    }

    /// <summary>Takes in the codes that a device shows now. A code that stays is one occurrence.</summary>
    /// <returns>Times of each code shown, the present occurrence included.</returns>
    public IReadOnlyDictionary<string, IReadOnlyList<DateTimeOffset>> Seen(string device, IReadOnlyCollection<string> codes, DateTimeOffset now)
    {
        var changed = false;
        Dictionary<string, IReadOnlyList<DateTimeOffset>> seen = new(StringComparer.Ordinal);
        foreach (var code in codes)
        {
            var key = $"{device} {code}";
            var isNew = _present.Add(key);
            if (!_times.TryGetValue(key, out var times))
                _times[key] = times = [];
            // After a restart of the agent a code that is still there is not a new one if it was noted in the last minutes.
            if (isNew && (times.Count == 0 || now - times[^1] > TimeSpan.FromMinutes(5) || times[^1] > now))
            {
                times.RemoveAll(t => now - t > LongestWindow);
                times.Add(now);
                if (times.Count > MostKept)
                    times.RemoveAt(0);
                changed = true;
            }

            seen[code] = times;
        }

        _present.RemoveWhere(k => k.StartsWith(device + " ", StringComparison.Ordinal) && !codes.Contains(k[(device.Length + 1)..]));
        if (changed)
            Keep(now);
        return seen;
    }

    private void Keep(DateTimeOffset now)
    {
        foreach (var old in _times.Where(t => t.Value.TrueForAll(at => now - at > LongestWindow)).Select(t => t.Key).ToList())
            _times.Remove(old);
        if (_path is null)
            return;
        var temporary = _path + ".new";
        File.WriteAllText(temporary, JsonSerializer.Serialize(_times, FaultOccurrencesJson.Default.DictionaryStringListDateTimeOffset));
        File.Move(temporary, _path, overwrite: true);
    }

    private static Dictionary<string, List<DateTimeOffset>> Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), FaultOccurrencesJson.Default.DictionaryStringListDateTimeOffset) ?? [];
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return [];
        }
    }
}

[JsonSerializable(typeof(Dictionary<string, List<DateTimeOffset>>))]
internal sealed partial class FaultOccurrencesJson : JsonSerializerContext;
