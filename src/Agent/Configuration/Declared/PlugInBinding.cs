using Agent.Configuration.Yaml;
using Agent.Domain.Recovery;

namespace Agent.Configuration.Declared;

/// <summary>Reads the sections of plug-ins by what these declare.</summary>
internal static class PlugInBinding
{
    public static Dictionary<string, ProbeSettings> Probes(YamlSection probes, IReadOnlyList<DeclaredProbe> declared)
    {
        Dictionary<string, ProbeSettings> bound = new(StringComparer.Ordinal);
        foreach (var probe in declared)
        {
            var section = probes.Section(probe.Name);
            bound[probe.Name] = new ProbeSettings(
                section.Flag("enabled", true),
                section.Duration("interval", probe.Interval, "200ms", "1h"),
                section.Duration("deadline", probe.Deadline, "100ms", "10m"))
            {
                Own = BoundSettings.Read($"probe '{probe.Name}'", probe.Settings, section),
            };
        }

        return bound;
    }

    public static Dictionary<StepKind, Budget> Budgets(YamlSection budgets, IReadOnlyList<DeclaredRemedy> declared)
    {
        Dictionary<StepKind, Budget> bound = [];
        foreach (var remedy in declared)
        {
            if (remedy.Attempts is not { } attempts)
                continue;
            var section = budgets.Section(remedy.Key);
            bound[remedy.Step] = new Budget(section.Int("attempts", attempts, 0, 1000), section.Duration("window", remedy.Window, "1s", "30d"));
        }

        return bound;
    }

    public static List<NotifierSettings> Notifiers(YamlSection notifications, IReadOnlyList<DeclaredNotifier> declared)
    {
        List<NotifierSettings> notifiers = [];
        foreach (var kind in declared)
        {
            // An address in the place of an entry is told without it.
            foreach (var section in notifications.Hiding(kind.Key, _ => true, () => notifications.Sections(kind.Key)))
            {
                var name = section.Required("name");
                if (name.Length > 0 && notifiers.Exists(n => n.Name == name))
                    section.Complain("name", $"the name '{name}' is used twice; deliveries are counted by name");
                notifiers.Add(new NotifierSettings(kind, name, BoundSettings.Read($"notifier '{kind.Key}'", kind.All, section)));
            }
        }

        return notifiers;
    }
}
