using System.Globalization;
using System.Text;
using Agent.Configuration.Declared;

namespace Agent.Packaging;

/// <summary>
/// The annotated sample. Most of it is a text that a person wrote; the sections of plug-ins are made of what these declare, each from
/// its first line to the next empty one.
/// </summary>
internal static class AnnotatedSample
{
    private const int Width = 124;
    private const string Sources = "  # Keys of the sources of evidence:";

    public static string Fill(string sample, DeclaredPlugIns plugIns) =>
        sample
            .With("probes:", plugIns.Probes.SelectMany(Probe))
            .With("budgets:", plugIns.Remedies.Where(r => r.Attempts is not null).Select(r =>
                string.Create(CultureInfo.InvariantCulture, $"  {r.Key}: {{ attempts: {r.Attempts}, window: {r.Window} }}")))
            .With(Sources, plugIns.Sources.SelectMany(s => s.Settings).SelectMany(s => Key("  ", s)))
            .With("notifications:", Notifiers(plugIns.Notifiers));

    private static string With(this string sample, string first, IEnumerable<string> lines)
    {
        var begin = sample.IndexOf($"\n{first}\n", StringComparison.Ordinal);
        if (begin < 0)
            throw new InvalidOperationException($"the sample has no line '{first}', behind which keys of plug-ins go");
        begin += first.Length + 2;
        var end = sample.IndexOf("\n\n", begin - 1, StringComparison.Ordinal);
        return sample[..begin] + string.Concat(lines.Select(l => l + "\n")) + (end < 0 ? "" : sample[(end + 1)..]);
    }

    private static IEnumerable<string> Probe(DeclaredProbe probe)
    {
        var times = $"enabled: true, interval: {probe.Interval}, deadline: {probe.Deadline}";
        IEnumerable<string> comment = [probe.Comment, .. probe.Settings.Where(s => s.Comment.Length > 0).Select(s => $"`{s.Key}`: {s.Comment}")];
        return [.. comment.SelectMany(c => Comment("  ", c)),
            $"  {probe.Name}: {{ {string.Join(", ", probe.Settings.Select(s => $"{s.Key}: {s.Sample}").Prepend(times))} }}"];
    }

    /// <summary>A receiver is an example: without its marks of comment it is one that works. Keys of several kinds stand at the first of them.</summary>
    private static IEnumerable<string> Notifiers(IReadOnlyList<DeclaredNotifier> notifiers)
    {
        HashSet<SharedSettings> told = [];
        foreach (var notifier in notifiers)
        {
            List<string> lines = [.. Comment("  ", notifier.Comment), $"  {notifier.Key}:", $"  #  - name: {notifier.Example}"];
            lines.AddRange(notifier.Settings.SelectMany(s => Key("  #    ", s)));
            foreach (var shared in notifier.Shared.Where(told.Add))
                lines.AddRange([.. Comment("  #    ", shared.Heading), .. shared.Settings.SelectMany(s => Key("  #    ", s))]);
            foreach (var line in lines)
                yield return line;
        }
    }

    private static IEnumerable<string> Key(string indent, Setting setting)
    {
        var lines = $"{setting.Key}: {setting.Sample}".Split('\n');
        return [.. Comment(indent, setting.Comment), .. lines.Select(l => indent + l.TrimEnd())];
    }

    private static IEnumerable<string> Comment(string indent, string text)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length == 0 ? indent + "# " : " ").Append(word);
        }

        if (line.Length > 0)
            yield return line.ToString();
    }
}
