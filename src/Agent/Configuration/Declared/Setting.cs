using System.Text.Json.Nodes;
using Agent.Configuration.Yaml;
using Agent.Domain;

namespace Agent.Configuration.Declared;

/// <summary>
/// One key that a plug-in declares beside itself. The file is read by it; <c>config show</c>, redaction, the sample and the manual
/// page follow from it, so that none of them can be forgotten.
/// </summary>
/// <param name="key">As it stands in the file.</param>
/// <param name="sample">Its value in the sample, as YAML: the default, or an example where there is none.</param>
/// <param name="comment">One sentence or two above it in the sample; empty where the key says it.</param>
internal abstract class Setting(string key, string sample, string comment)
{
    private const int ShortestKey = 16;

    public string Key => key;

    public string Sample => sample;

    public string Comment => comment;

    /// <summary>The value opens something: it is shown nowhere, and taken out of every text.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The value is the path of a file whose content is a secret.</summary>
    public bool IsSecretFile { get; init; }

    public abstract object? Read(YamlSection section);

    /// <summary>The value as <c>config show</c> has it.</summary>
    public JsonNode? Shown(object? value) => value switch
    {
        null => null,
        IReadOnlyList<string> list => new JsonArray([.. list.Select(i => (JsonNode)Shown(Key, i))]),
        IReadOnlyDictionary<string, string> map => new JsonObject(map.Select(m => KeyValuePair.Create<string, JsonNode?>(m.Key, Shown(m.Key, m.Value)))),
        bool flag when !IsSecret => flag,
        int number when !IsSecret => number,
        long number when !IsSecret => number,
        _ => Shown(Key, Plain(value)),
    };

    /// <summary>What no text may hold.</summary>
    public IEnumerable<string> Secrets(object? value) => value switch
    {
        null => [],
        IReadOnlyList<string> list => list.Where(i => IsHidden(Key, i)),
        IReadOnlyDictionary<string, string> map => map.Where(m => IsHidden(m.Key, m.Value)).Select(m => m.Value),
        Uri address when IsHidden(Key, Plain(address)) => [Plain(address), .. KeysIn(address)],
        _ => new[] { Plain(value) }.Where(v => IsHidden(Key, v)),
    };

    public static Setting<string> Required(string key, string sample, string comment, bool secret = false) =>
        new(key, sample, comment, (s, k) => s.Required(k)) { IsSecret = secret };

    public static Setting<string?> Text(string key, string sample, string comment, bool secret = false) =>
        new(key, sample, comment, (s, k) => s.Text(k)) { IsSecret = secret };

    public static Setting<bool> Flag(string key, bool fallback, string comment) =>
        new(key, fallback ? "true" : "false", comment, (s, k) => s.Flag(k, fallback));

    public static Setting<int> Int(string key, int fallback, int min, int max, string comment) =>
        new(key, Quantity.Plain(fallback), comment, (s, k) => s.Int(k, fallback, min, max));

    public static Setting<TimeSpan> Duration(string key, string fallback, string min, string max, string comment) =>
        new(key, fallback, comment, (s, k) => s.Duration(k, fallback, min, max));

    public static Setting<long> Bytes(string key, string fallback, string min, string max, string comment) =>
        new(key, fallback, comment, (s, k) => s.Bytes(k, fallback, min, max));

    /// <summary>An http or https address that has to be there.</summary>
    /// <param name="problem">What is wrong with an address; null: nothing. It does not name the address.</param>
    public static Setting<Uri> Address(string key, string sample, string comment, bool secret = false, Func<Uri, string?>? problem = null) =>
        new(key, sample, comment, (s, k) => Address(s, k, problem) ?? new Uri(sample)) { IsSecret = secret };

    /// <param name="problem">What is wrong with an entry; null: nothing.</param>
    public static Setting<IReadOnlyList<string>> List(
        string key, IReadOnlyList<string> fallback, string comment, Func<string, string?> problem, bool secret = false)
    {
        var sample = fallback.Count == 0 ? "[]" : string.Concat(fallback.Select(f => "\n  - " + f));
        return new(key, sample, comment, (s, k) => s.List(k, fallback, problem)) { IsSecret = secret };
    }

    /// <summary>One of a few words. Null: left out.</summary>
    public static Setting<string?> Choice(string key, string sample, string comment, params string[] words) =>
        new(key, sample, comment, (s, k) => s.Choice<string?>(k, null, [.. words.Select(w => (w, (string?)w))]));

    /// <summary>Free keys, such as the headers of a request.</summary>
    public static Setting<IReadOnlyDictionary<string, string>> Map(string key, string sample, string comment, bool secret = false) =>
        new(key, sample, comment, (s, k) => s.Hiding(k, _ => true, () => s.Map(k))) { IsSecret = secret };

    /// <summary>A file with a secret, without which the agent does not start. Null: none is named.</summary>
    /// <param name="problem">What is wrong with the file at a path.</param>
    public static Setting<string?> SecretFile(string key, string sample, string comment, Func<string, string?> problem) =>
        new(key, sample, comment, (s, k) => s.NeededFile(k, problem)) { IsSecretFile = true };

    /// <summary>A file without which the agent does not start. Null: none is named.</summary>
    /// <param name="problem">What is wrong with the file at a path.</param>
    public static Setting<string?> File(string key, string sample, string comment, Func<string, string?> problem) =>
        new(key, sample, comment, (s, k) => s.NeededFile(k, problem));

    private static Uri? Address(YamlSection section, string key, Func<Uri, string?>? problem)
    {
        var address = section.HttpAddress(key);
        if (address is not null && problem?.Invoke(address) is { } wrong)
            section.Complain(key, wrong);
        return address;
    }

    private string Shown(string name, string text) => IsHidden(name, text) ? SecretValue.Redacted : text;

    // Whoever declares a key may forget that it is a secret: one that is named like a secret is one, and so is an address that carries one.
    protected bool IsHidden(string name, string text) => IsSecret || AgentSettings.NamesSecret(name) || CarriesSecret(text);

    private static bool CarriesSecret(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.UserInfo.Length > 0 || address.Query.Length > 1);

    // Robots of chats have their key in the query or in the last part of the path, and answers may name it alone.
    private static IEnumerable<string> KeysIn(Uri address) =>
        address.AbsolutePath.Split('/').Concat(address.Query.TrimStart('?').Split('&').Select(p => p[(p.IndexOf('=', StringComparison.Ordinal) + 1)..]))
            .Where(p => p.Length >= ShortestKey);

    private static string Plain(object value) => value switch
    {
        TimeSpan time => Durations.Text(time),
        Uri address => address.OriginalString,
        _ => value.ToString()!,
    };
}

/// <summary>A key whose value has a type.</summary>
internal sealed class Setting<T>(string key, string sample, string comment, Func<YamlSection, string, T> read) : Setting(key, sample, comment)
{
    public override object? Read(YamlSection section) => section.Hiding(Key, text => IsHidden(Key, text), () => read(section, Key));
}
