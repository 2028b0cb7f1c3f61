using Agent.Domain;
using Agent.Domain.Observations;
using Agent.Supervision;

namespace Agent.Web;

/// <summary>Either the command to the loop, which still needs its caller, or the refusal of the request.</summary>
internal sealed record ControlRequest(string What, Func<Caller, OperatorCommand>? Command, Refusal? Refused)
{
    public static ControlRequest No(Refusal refused) => new("", null, refused);
}

/// <summary>Requests of the control socket, read from their bodies with all bounds.</summary>
internal static class ControlRequests
{
    private const int MaxReason = 500;
    private const int MaxSubject = 200;
    private const int MaxName = 64;

    // A forgotten window ends within a month.
    private static readonly double MaxMinutes = TimeSpan.FromDays(30).TotalMinutes;

    public static ControlRequest Maintenance(ReadOnlyMemory<byte> body, IReadOnlyList<string> engines)
    {
        var members = new ControlMembers(body);
        var written = members.Text("subject", 1, MaxSubject);
        var minutes = members.Number("minutes", 0, MaxMinutes);
        var reason = members.Text("reason", 0, MaxReason);
        var claimed = members.OptionalText("claimed_by", 1, MaxName);
        if (members.Problem() is { } problem)
            return Wrong(problem);
        if (!Subject.TryParse(written, out var subject) || subject.Kind is not (SubjectKind.Host or SubjectKind.Engine))
            return Wrong($"member 'subject': '{written}' can have no maintenance; use host or engine:NAME");
        if (subject.Kind == SubjectKind.Engine && !engines.Contains(subject.Id))
            return Nobody(subject.Id, engines);
        return minutes > 0
            ? new($"maintenance of {subject}", caller => new SetMaintenance(caller.Text(claimed), subject, TimeSpan.FromMinutes(minutes), reason), null)
            : new($"end of maintenance of {subject}", caller => new EndMaintenance(caller.Text(claimed), subject), null);
    }

    public static ControlRequest Engine(ReadOnlyMemory<byte> body, string engine, IReadOnlyList<string> engines)
    {
        var members = new ControlMembers(body);
        var verb = members.Choice("verb", ("start", EngineVerb.Start), ("stop", EngineVerb.Stop), ("restart", EngineVerb.Restart), ("adopt", EngineVerb.Adopt));
        var reason = members.Text("reason", 0, MaxReason);
        var claimed = members.OptionalText("claimed_by", 1, MaxName);
        if (members.Problem() is { } problem)
            return Wrong(problem);
        return engines.Contains(engine)
            ? new($"{Words.Of(verb)} of engine {engine}", caller => new ChangeEngine(caller.Text(claimed), engine, verb, reason), null)
            : Nobody(engine, engines);
    }

    public static ControlRequest Retry(ReadOnlyMemory<byte> body, IReadOnlyList<string> channels)
    {
        var members = new ControlMembers(body);
        var channel = members.OptionalText("channel", 1, MaxSubject);
        var notice = members.OptionalText("notice", 1, MaxSubject);
        var claimed = members.OptionalText("claimed_by", 1, MaxName);
        if (members.Problem() is { } problem)
            return Wrong(problem);
        return channel is null || channels.Contains(channel)
            ? new("notices that were given up, again", caller => new RetryNotices(caller.Text(claimed), channel, notice), null)
            : ControlRequest.No(new Refusal(StatusCodes.Status404NotFound,
                $"no receiver '{ControlMembers.Shown(channel)}'; there are: {string.Join(", ", channels)}"));
    }

    private static ControlRequest Wrong(string text) => ControlRequest.No(new Refusal(StatusCodes.Status400BadRequest, text));

    private static ControlRequest Nobody(string engine, IReadOnlyList<string> engines) =>
        ControlRequest.No(new Refusal(StatusCodes.Status404NotFound, $"no engine '{ControlMembers.Shown(engine)}'; there are: {string.Join(", ", engines)}"));
}
