using Agent.Configuration.Yaml;
using Agent.Domain;
using Agent.Domain.Recovery;

namespace Agent.Configuration.Declared;

/// <summary>What a probe says of itself before there is one: its section below <c>probes</c>.</summary>
/// <param name="Name">Kebab-case, the key of its settings and of its metrics.</param>
/// <param name="Interval">How often it looks, unless the file says otherwise.</param>
/// <param name="Deadline">How long a look may take.</param>
/// <param name="Comment">What it looks at, and what that costs: a sentence or two for the sample.</param>
internal sealed record DeclaredProbe(string Name, string Interval, string Deadline, string Comment)
{
    /// <summary>Keys of its own, beside enabled, interval and deadline.</summary>
    public IReadOnlyList<Setting> Settings { get; init; } = [];
}

/// <summary>What a kind of notifier says of itself: a list below <c>notifications</c>, an entry for each receiver.</summary>
/// <param name="Key">The key of the list.</param>
/// <param name="Example">A name of a receiver, for the sample.</param>
/// <param name="Comment">Who is told, and how: a sentence or two for the sample.</param>
/// <param name="Settings">Its keys, beside the name of the receiver.</param>
internal sealed record DeclaredNotifier(string Key, string Example, string Comment, params IReadOnlyList<Setting> Settings)
{
    /// <summary>Keys that it has in common with other kinds. The sample has each group once.</summary>
    public IReadOnlyList<SharedSettings> Shared { get; init; } = [];

    public IReadOnlyList<Setting> All => [.. Settings, .. Shared.SelectMany(s => s.Settings)];
}

/// <summary>Keys of several kinds of notifiers.</summary>
/// <param name="Heading">Who has them: a sentence that ends with a colon, for the sample.</param>
internal sealed record SharedSettings(string Heading, params IReadOnlyList<Setting> Settings);

/// <summary>What a source of evidence says of itself: its keys below <c>bundles</c>.</summary>
/// <param name="Name">Its name in the manifest of a bundle.</param>
internal sealed record DeclaredSource(string Name, params IReadOnlyList<Setting> Settings);

/// <summary>What a remedy says of itself: how often its step may be tried, below <c>budgets</c>.</summary>
/// <param name="Step">The kind of step that it does.</param>
/// <param name="Attempts">So many attempts within the window; null: they are not counted.</param>
/// <param name="Window">The window, as the file has it.</param>
internal sealed record DeclaredRemedy(StepKind Step, int? Attempts = null, string Window = "1h")
{
    /// <summary>Its key below <c>budgets</c>.</summary>
    public string Key => Words.Of(Step).Replace('-', '_');
}

/// <summary>All that the agent's plug-ins say of themselves. The configuration is read by it.</summary>
internal sealed record DeclaredPlugIns(
    IReadOnlyList<DeclaredProbe> Probes,
    IReadOnlyList<DeclaredNotifier> Notifiers,
    IReadOnlyList<DeclaredSource> Sources,
    IReadOnlyList<DeclaredRemedy> Remedies)
{
    /// <summary>What was forgotten, a sentence each: a list with one of these would be read in a way that nobody meant.</summary>
    public IEnumerable<string> Mistakes() => Unmade().ToList() is { Count: > 0 } unmade ? unmade :
    [
        .. Twice("probe", Probes.Select(p => p.Name)),
        .. Twice("notifier", Notifiers.Select(n => n.Key)),
        .. Twice("source of evidence", Sources.Select(s => s.Name)),
        .. Twice("remedy for the step", Remedies.Select(r => Words.Of(r.Step))),
        .. Twice("key below 'bundles'", Sources.SelectMany(s => s.Settings).Select(s => s.Key)),
        .. Notifiers.SelectMany(n => Twice($"key of notifier '{n.Key}'", n.All.Select(s => s.Key).Prepend("name"))),
        .. Probes.SelectMany(p => Twice($"key of probe '{p.Name}'", ["enabled", "interval", "deadline", .. p.Settings.Select(s => s.Key)])),
        .. Probes.Where(p => p.Comment.Length == 0).Select(p => $"probe '{p.Name}' has no comment for the sample"),
        .. Notifiers.Where(n => n.Comment.Length == 0).Select(n => $"notifier '{n.Key}' has no comment for the sample"),
        .. Probes.SelectMany(p => new[] { p.Interval, p.Deadline }.Where(t => Quantity.Duration(t) is null).Select(t =>
            $"probe '{p.Name}' has the time '{t}', which is not a time; write it as 500ms, 90s or 2m")),
        .. Remedies.Where(r => Quantity.Duration(r.Window) is null).Select(r =>
            $"the remedy for the step '{Words.Of(r.Step)}' has the window '{r.Window}', which is not a time; write it as 1h or 90m"),
    ];

    // Static fields are made in the order of the text.
    private IEnumerable<string> Unmade() =>
        from owner in (IEnumerable<(string Name, IReadOnlyList<Setting?> Settings)>)
            [.. Probes.Select(p => ($"probe '{p.Name}'", p.Settings)), .. Notifiers.Select(n => ($"notifier '{n.Key}'", n.All)),
                .. Sources.Select(s => ($"source '{s.Name}'", s.Settings))]
        where owner.Settings.Contains(null)
        select $"{owner.Name} uses a key before it is defined; write its keys above the line that declares it";

    private static IEnumerable<string> Twice(string what, IEnumerable<string> names) =>
        names.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g =>
            $"the {what} '{g.Key}' is declared {Counted.Text(g.Count(), "time")}; each needs a name of its own");
}
