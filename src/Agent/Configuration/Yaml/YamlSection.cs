using System.Globalization;
using Agent.Adapters.Processes;
using Agent.Configuration.Host;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Agent.Configuration.Yaml;

/// <summary>
/// A mapping of the file that is read key by key. What is wrong is collected, not thrown, so that one run shows every
/// mistake; keys that nobody asked for are reported as unknown at the end, with the nearest known one.
/// </summary>
internal sealed class YamlSection
{
    private readonly YamlMappingNode? _node;
    private readonly string _path;
    private readonly Mark _mark;
    private readonly ConfigurationFindings _findings;

    public YamlSection(YamlNode? node, string path, Mark mark, ConfigurationFindings findings)
    {
        (_path, _mark, _findings) = (path, node?.Start ?? mark, findings);
        _node = node as YamlMappingNode;
        // `key:` with nothing behind it is an empty scalar: the defaults.
        if (node is not null and not YamlMappingNode && node is not YamlScalarNode { Value: null or "" })
            Complain(node, $"{Name("")}expected settings (key: value), found {YamlText.Kind(node)}");
    }

    /// <summary>The keys that it may hold: those that somebody asked for.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Sections that were opened below it, each with its key.</summary>
    public List<(string Key, YamlSection Section)> Inner { get; } = [];

    public IEnumerable<string> Keys => _node?.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "") ?? [];

    public bool Has(string key) => Find(key) is not null;

    public void Complain(string key, string text)
    {
        if (Find(key) is { } node)
            Complain(node, $"{Name(key)}: {text}");
        else
            _findings.Problems.Add(Place(_mark, $"{Name(key)}: {text}"));
    }

    public YamlSection Section(string key)
    {
        var section = new YamlSection(Ask(key), Name(key), _mark, _findings);
        Inner.Add((key, section));
        return section;
    }

    /// <summary>A list of mappings.</summary>
    public IReadOnlyList<YamlSection> Sections(string key)
    {
        if (Ask(key) is not { } node || node is YamlScalarNode { Value: null or "" })
            return [];
        if (node is not YamlSequenceNode list)
        {
            Complain(node, $"{Name(key)}: expected a list (- ...), found {YamlText.Kind(node)}");
            return [];
        }

        List<YamlSection> sections = [.. list.Children.Select((child, i) => new YamlSection(child, $"{Name(key)}[{i}]", child.Start, _findings))];
        Inner.AddRange(sections.Select(s => (key, s)));
        return sections;
    }

    public string? Text(string key, string? fallback = null)
    {
        if (Ask(key) is not { } node)
            return fallback;
        if (node is YamlScalarNode scalar)
            return string.IsNullOrEmpty(scalar.Value) ? fallback : scalar.Value;
        Complain(node, $"{Name(key)}: expected one value, found {YamlText.Kind(node)}");
        return fallback;
    }

    public string Required(string key)
    {
        if (Text(key) is { } text)
            return text;
        Complain(key, "is required");
        return "";
    }

    public T Choice<T>(string key, T fallback, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        if (Text(key) is not { } text)
            return fallback;
        foreach (var (word, value) in choices)
        {
            if (word == text)
                return value;
        }

        List<string> words = [];
        foreach (var (word, _) in choices)
            words.Add(word);
        Complain(key, $"found '{text}', allowed: {string.Join(", ", words)}");
        return fallback;
    }

    public bool Flag(string key, bool fallback) => Choice(key, fallback, ("true", true), ("false", false));

    public int Int(string key, int fallback, int min, int max) => OptionalInt(key, min, max) ?? fallback;

    public int? OptionalInt(string key, int min, int max)
    {
        if (Text(key) is not { } text)
            return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            Complain(key, $"found '{text}', expected a whole number from {min} to {max}");
        else if (value < min || value > max)
            Complain(key, $"{value} is out of range, allowed {min} to {max}");
        else
            return value;
        return null;
    }

    public double Number(string key, double fallback, double min, double max) => OptionalNumber(key, min, max) ?? fallback;

    public double? OptionalNumber(string key, double min, double max)
    {
        if (Text(key) is not { } text)
            return null;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            Complain(key, $"found '{text}', expected a number from {Quantity.Plain(min)} to {Quantity.Plain(max)}");
        else if (value < min || value > max)
            Complain(key, $"{Quantity.Plain(value)} is out of range, allowed {Quantity.Plain(min)} to {Quantity.Plain(max)}");
        else
            return value;
        return null;
    }

    public TimeSpan Duration(string key, string fallback, string min, string max) => OptionalDuration(key, min, max) ?? Quantity.Duration(fallback)!.Value;

    public TimeSpan? OptionalDuration(string key, string min, string max)
    {
        if (Text(key) is not { } text)
            return null;
        if (Quantity.Duration(text) is not { } value)
            Complain(key, $"found '{text}', expected a duration such as 500ms, 90s, 2m or 1h30m");
        else if (value < Quantity.Duration(min) || value > Quantity.Duration(max))
            Complain(key, $"{text} is out of range, allowed {min} to {max}");
        else
            return value;
        return null;
    }

    public long Bytes(string key, string fallback, string min, string max)
    {
        var bound = Quantity.Bytes(fallback)!.Value;
        if (Text(key) is not { } text)
            return bound;
        if (Quantity.Bytes(text) is not { } value)
            Complain(key, $"found '{text}', expected a size such as 64MiB or 5GiB");
        else if (value < Quantity.Bytes(min) || value > Quantity.Bytes(max))
            Complain(key, $"{text} is out of range, allowed {min} to {max}");
        else
            return value;
        return bound;
    }

    public string AbsolutePath(string key, string fallback)
    {
        var path = Text(key, fallback)!;
        if (!Path.IsPathRooted(path))
            Complain(key, $"'{path}' is no absolute path");
        return path;
    }

    /// <summary>A file without which the agent does not start.</summary>
    public string? NeededFile(string key, Func<string, string?> problem)
    {
        if (Text(key) is not { } path)
            return null;
        if (Path.IsPathFullyQualified(path))
            Names(key, path, isNeeded: true, () => problem(path));
        else
            Complain(key, $"'{path}' is no absolute path");
        return path;
    }

    /// <summary>A file or folder that should be there when it is used; a path that is no absolute one means something else.</summary>
    public void ShouldBeThere(string key, string path)
    {
        if (Has(key) && Path.IsPathFullyQualified(path))
            Names(key, path, isNeeded: false, () => Path.Exists(path) ? null : "is not there");
    }

    public string Program(string key, string fallback)
    {
        var program = Text(key, fallback)!;
        CheckProgram(key, program);
        return program;
    }

    /// <summary>Where a relative path leads would depend on where the agent was started.</summary>
    public void CheckProgram(string key, string program)
    {
        if (!Path.IsPathFullyQualified(program) && program.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar))
            Complain(key, $"'{program}' is relative; write an absolute path, or the bare name of a program on PATH");
        else if (Has(key))
            Names(key, program, isNeeded: false, () => ProgramPath.Problem(program) is { } problem ? $"cannot be run: {problem}" : null);
    }

    public Uri? HttpAddress(string key)
    {
        var text = Required(key);
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return address;
        if (text.Length > 0)
            Complain(key, $"'{text}' is no http or https address");
        return null;
    }

    public IReadOnlyList<string>? List(string key)
    {
        switch (Ask(key))
        {
            case null:
                return null;
            case YamlScalarNode { Value: null or "" }:
                return [];
            case YamlSequenceNode list when list.Children.All(c => c is YamlScalarNode):
                return [.. list.Children.Cast<YamlScalarNode>().Select(c => c.Value ?? "")];
            case var other:
                Complain(other, $"{Name(key)}: expected a list such as [a, b], found {YamlText.Kind(other)}");
                return null;
        }
    }

    public IReadOnlyList<string> List(string key, IReadOnlyList<string> fallback, Func<string, string?> problem)
    {
        var list = List(key) ?? fallback;
        foreach (var found in list.Select(problem).OfType<string>())
            Complain(key, found);
        return list;
    }

    /// <summary>Free keys with single values; <c>true</c> and nothing become an empty value.</summary>
    public IReadOnlyDictionary<string, string> Map(string key)
    {
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        var section = Section(key);
        foreach (var name in section.Keys)
            map[name] = section.Text(name) is { } value and not "true" ? value : "";
        return map;
    }

    /// <summary>Reads what may be a secret: what is wrong with it is told without it.</summary>
    public T Hiding<T>(string key, Func<string, bool> isSecret, Func<T> read)
    {
        var before = _findings.Problems.Count;
        var value = read();
        for (var i = before; i < _findings.Problems.Count; i++)
            _findings.Problems[i] = SecretValue.Hide(_findings.Problems[i], Find(key), isSecret);
        return value;
    }

    /// <summary>Reports keys that nobody asked for, here and in every section that was opened.</summary>
    public void Close()
    {
        foreach (var key in _node?.Children.Keys ?? [])
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (Asked.Contains(name))
                continue;
            var near = Nearest.Question(name, Asked);
            var advice = near.Length > 0 ? near : $"; known here: {string.Join(", ", Asked.Distinct())}";
            Complain(key, $"{Name(name)}: unknown key{advice}");
        }

        foreach (var (_, section) in Inner)
            section.Close();
    }

    private YamlNode? Ask(string key)
    {
        Asked.Add(key);
        return Find(key);
    }

    private YamlNode? Find(string key) =>
        _node?.Children.FirstOrDefault(c => c.Key is YamlScalarNode scalar && scalar.Value == key).Value;

    private void Names(string key, string path, bool isNeeded, Func<string?> problem) =>
        _findings.Files.Add(new NamedFile(Place(Find(key)?.Start ?? _mark, $"{Name(key)}: {path}"), isNeeded, problem));

    private void Complain(YamlNode node, string text) => _findings.Problems.Add(Place(node.Start, text));

    private ConfigurationProblem Place(Mark at, string text) => new(_findings.File, at.Line, at.Column, text);

    private string Name(string key) => _path.Length == 0 ? key : key.Length == 0 ? _path + ": " : $"{_path}.{key}";
}
