using Agent.Configuration;

namespace Agent.Notifications;

/// <summary>Addresses of the agent's own pages, for those who can follow a link.</summary>
internal sealed class Pages(Uri? root)
{
    /// <summary>None where the configuration does not say how people reach them: the listener is loopback's.</summary>
    public static Pages Of(NotifierSettings settings) => new(settings.Of(Receiver.PagesAt));

    public string? Incident(string id) => root is null ? null : new Uri(root, $"incidents/{Uri.EscapeDataString(id)}").AbsoluteUri;

    public string? Fault(string code) => root is null ? null : new Uri(root, $"faults/{Uri.EscapeDataString(code)}").AbsoluteUri;
}
