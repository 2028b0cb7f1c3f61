using System.Text;
using Agent.Domain.Observations;

namespace Agent.Domain.Faults;

/// <summary>
/// Words in texts that stand for values that differ from host to host. The catalogue prints the words
/// as they are. In a text about a seen fault, each word with a known value is filled in. The subject
/// itself knows the value, or the observer of the fault knew it. A word without a known value stays.
/// </summary>
public static class Placeholders
{
    /// <summary>Name of an engine.</summary>
    public const string Engine = "NAME";

    /// <summary>Number of a card, as npu-smi numbers them.</summary>
    public const string Card = "CARD";

    /// <summary>Number of a chip in its card.</summary>
    public const string Chip = "CHIP";

    /// <summary>Fault code of the vendor.</summary>
    public const string Code = "CODE";

    /// <summary>Number by which the driver and hccn_tool know a chip.</summary>
    public const string Device = "ID";

    /// <summary>Unit of systemd that an engine runs in.</summary>
    public const string Unit = "UNIT";

    /// <summary>Container that an engine runs in.</summary>
    public const string Container = "CONTAINER";

    /// <summary>Number of a process.</summary>
    public const string Process = "PID";

    /// <summary>Path of a file.</summary>
    public const string File = "FILE";

    /// <summary>Path of a folder.</summary>
    public const string Folder = "FOLDER";

    public static readonly IReadOnlyList<string> All = [Engine, Card, Chip, Code, Device, Unit, Container, Process, File, Folder];

    /// <param name="text">A text of the agent's own. Texts of others are never filled.</param>
    /// <param name="subject">The subject of the text.</param>
    /// <param name="known">Values by placeholder.</param>
    public static string Fill(string text, Subject subject, IReadOnlyDictionary<string, string>? known)
    {
        var filled = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var length = WordAt(text, at);
            filled.Append(Value(text.Substring(at, length), subject, known));
            at += length;
        }

        return filled.ToString();
    }

    /// <returns>Length of the word that begins here. 1 for a character that belongs to none.</returns>
    private static int WordAt(string text, int at)
    {
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-'))
            end++;
        return end == at ? 1 : end - at;
    }

    private static string Value(string word, Subject subject, IReadOnlyDictionary<string, string>? known)
    {
        if (known is not null && All.Contains(word) && known.TryGetValue(word, out var value))
            return value;
        return (word, subject.Kind) switch
        {
            (Engine, SubjectKind.Engine) => subject.Id,
            (Card, SubjectKind.Chip) => subject.Id.Split('/')[0],
            (Chip, SubjectKind.Chip) => subject.Id.Split('/')[^1],
            _ => word,
        };
    }
}
