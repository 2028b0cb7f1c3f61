using System.Text.Json.Nodes;
using Agent.Configuration.Yaml;

namespace Agent.Configuration.Declared;

/// <summary>What the file says for the keys that one plug-in declares.</summary>
internal sealed class BoundSettings
{
    public static readonly BoundSettings None = new("a plug-in", []);

    private readonly string _owner;
    private readonly Dictionary<Setting, object?> _values;

    private BoundSettings(string owner, Dictionary<Setting, object?> values) => (_owner, _values) = (owner, values);

    /// <summary>Values that no text may hold.</summary>
    public IEnumerable<string> Secrets => _values.SelectMany(v => v.Key.Secrets(v.Value));

    /// <summary>Files whose contents no text may hold.</summary>
    public IEnumerable<string> SecretFiles => _values.Where(v => v.Key.IsSecretFile).Select(v => v.Value).OfType<string>();

    /// <param name="owner">The plug-in as a complaint names it: notifier 'webhooks'.</param>
    /// <param name="settings">The keys that it declares.</param>
    /// <param name="section">Where they stand in the file.</param>
    public static BoundSettings Read(string owner, IReadOnlyList<Setting> settings, YamlSection section) =>
        settings.Count == 0 ? None : new(owner, settings.ToDictionary(s => s, s => s.Read(section)));

    public T Of<T>(Setting<T> setting) =>
        _values.TryGetValue(setting, out var value) ? (T)value!
            : throw new InvalidOperationException($"{_owner} asks for the key '{setting.Key}', which is not among the keys that it declares");

    /// <summary>Adds them to what <c>config show</c> has of the section.</summary>
    public void Show(JsonObject section)
    {
        foreach (var (setting, value) in _values)
            section[setting.Key] = setting.Shown(value);
    }
}
