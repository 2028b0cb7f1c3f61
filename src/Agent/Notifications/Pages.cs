using Agent.Configuration;
using Agent.Notifications.Texts;

namespace Agent.Notifications;

/// <summary>Addresses of the agent's own pages, for those who can follow a link.</summary>
internal sealed class Pages(Uri? root)
{
    /// <summary>None where the configuration does not say how people reach them: the listener is loopback's.</summary>
    public static Pages Of(NotifierSettings settings) => new(settings.Of(Receiver.PagesAt));

    public string? Root => root?.AbsoluteUri;

    public string? Incident(string id) => root is null ? null : new Uri(root, $"incidents/{Uri.EscapeDataString(id)}").AbsoluteUri;

    public string? Fault(string code) => root is null ? null : new Uri(root, $"faults/{Uri.EscapeDataString(code)}").AbsoluteUri;

    /// <summary>The pages of an incident, each with its name for people.</summary>
    public IEnumerable<PageLink> Of(IncidentNotice notice, Voice voice)
    {
        if (Incident(notice.Incident.Id) is { } incident)
            yield return new(voice.Of("Incident", "事件详情"), incident);
        if (Fault(notice.Fault.Code) is { } fault)
            yield return new(voice.Of("Fault", "故障说明"), fault);
    }
}

/// <summary>A page of the agent's own.</summary>
internal sealed record PageLink(string Text, string Address);
