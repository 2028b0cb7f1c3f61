using Agent.Adapters.Systemd;
using Agent.Configuration;
using Agent.Probes;
using Agent.Storage;
using Agent.Supervision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Tests.Supervision;

/// <summary>A daemon whose probes do not look, that tells systemd nothing and logs nothing.</summary>
internal static class QuietDaemon
{
    public static DaemonParts Parts(AgentSettings settings, Database database, TimeProvider clock) => new()
    {
        Settings = settings,
        Host = Composition.Parts(settings, keeps: false, clock),
        Database = database,
        Systemd = ServiceNotices.To(ListeningSystemd.NotifierAt(null), null, clock),
        Probes = new ProbeWatch(() => [], () => false),
        LookNow = _ => { },
        Clock = clock,
        Logs = NullLoggerFactory.Instance,
    };
}
