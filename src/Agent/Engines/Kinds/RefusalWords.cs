using Agent.Adapters.Processes;
using Agent.Domain.Faults;
using Agent.Domain.Observations;

namespace Agent.Engines.Kinds;

/// <summary>Words of a tool that tell why it refused.</summary>
/// <param name="Words">Parts of one line, in order, whatever their case.</param>
/// <param name="Class">The answer to the refusal.</param>
/// <param name="Source">The place where these words were found.</param>
/// <param name="Advice">Advice for a person. Empty if the words themselves say it.</param>
internal sealed record RefusalWords(IReadOnlyList<string> Words, RefusalClass Class, string Source, string Advice = "")
{
    /// <param name="words">Parts with an asterisk between them.</param>
    /// <param name="source">The place where they were found.</param>
    /// <param name="advice">Advice for a person.</param>
    public static RefusalWords Passes(string words, string source, string advice = "") => new(words.Split('*'), RefusalClass.Passes, source, advice);

    public static RefusalWords Room(string words, string source, string advice) => new(words.Split('*'), RefusalClass.Room, source, advice);

    public static RefusalWords Person(string words, string source, string advice) => new(words.Split('*'), RefusalClass.Person, source, advice);

    public static RefusalWords Setting(string words, string source, string advice = "") => new(words.Split('*'), RefusalClass.Configuration, source, advice);

    /// <summary>
    /// Gives a refusal its class by the first row that fits one of its lines. If no row fits, the class is one that passes. This is the
    /// smaller mistake. Such a refusal is tried again, and if it stays, a person is asked some minutes later. If it were taken for a
    /// setting, a refusal that would have gone away would keep an engine down for good. A missing program is the configuration's fault.
    /// </summary>
    /// <param name="table">The tool's words.</param>
    /// <param name="refusal">The printed refusal.</param>
    /// <param name="what">The refused attempt, as the beginning of a sentence.</param>
    /// <param name="known">Values of placeholders in the advice.</param>
    public static KindRefusal Classify(IReadOnlyList<RefusalWords> table, ToolRefusal refusal, string what, IReadOnlyDictionary<string, string>? known = null)
    {
        if (refusal.End == ProcessEnd.NotFound)
            return KindRefusal.Configuration($"{what}: {refusal.Text}");
        var lines = refusal.Said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var row in table)
        {
            if (Array.Find(lines, row.Fits) is { } line)
            {
                var advice = row.Advice.Length == 0 ? "" : "; " + Placeholders.Fill(row.Advice, Subject.Host, known);
                return new KindRefusal(row.Class, $"{what}: {refusal.By(line).Text}{advice}");
            }
        }

        var reason = Array.FindLast(lines, l => l.StartsWith("Error", StringComparison.OrdinalIgnoreCase));
        return new KindRefusal(RefusalClass.Passes, $"{what}: {(reason is null ? refusal : refusal.By(reason)).Text}");
    }

    private bool Fits(string line)
    {
        var at = 0;
        foreach (var word in Words)
        {
            var found = line.IndexOf(word, at, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
                return false;
            at = found + word.Length;
        }

        return true;
    }
}
