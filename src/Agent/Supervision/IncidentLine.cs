using System.Collections;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Supervision;

/// <summary>
/// A line of the log about an incident. The text is for people; fault, subject and step stand beside it, for a log that keeps fields.
/// Generated messages know no field that their text does not show.
/// </summary>
/// <param name="template">With {Incident} and {Text}.</param>
internal sealed class IncidentLine(string template, string incident, string text) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public string? Fault { get; init; }

    public Subject? Subject { get; init; }

    public Step? Step { get; init; }

    public int Count => Fields.Length;

    public KeyValuePair<string, object?> this[int index] => Fields[index];

    private KeyValuePair<string, object?>[] Fields =>
        field ??=
        [
            new("Incident", incident), new("Text", text), new("Fault", Fault), new("Subject", Subject?.ToString()), new("Step", Step?.Name),
            new("{OriginalFormat}", template),
        ];

    public void WriteTo(ILogger log, EventId id) => log.Log(LogLevel.Information, id, this, null, static (line, _) => line.ToString());

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Fields.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() =>
        template.Replace("{Incident}", incident, StringComparison.Ordinal).Replace("{Text}", text, StringComparison.Ordinal);
}
