using Agent.Domain;

namespace Agent.Notifications.Texts;

/// <summary>How the agent speaks to a receiver.</summary>
/// <param name="Host">The name of this host.</param>
/// <param name="Acts">It recovers by itself; otherwise it only watches.</param>
internal sealed record Voice(Language Language, string Host, bool Acts)
{
    public string Of(string english, string chinese) => Language == Language.Chinese ? chinese : english;

    public string Of(LocalText text) => text.In(Language);

    /// <summary>Sentences behind each other. Chinese ones have no blank between them.</summary>
    public string Join(params IEnumerable<string> sentences) => string.Join(Of(" ", ""), sentences.Where(s => s.Length > 0));
}
