using System.Security.Cryptography.X509Certificates;
using System.Text;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Notifications.Syslog;
using Agent.Notifications.Texts;

namespace Agent.Notifications.Channels;

/// <summary>A syslog daemon by RFC 5424, here or in the net. Programs read it, so it is told everything at once.</summary>
internal sealed class SyslogNotifier(NotifierSettings settings, NotifierParts parts) : INotifier
{
    private static readonly (string Word, int Code)[] Facilities =
        [("user", 1), ("daemon", 3), .. Enumerable.Range(0, 8).Select(n => ($"local{n}", 16 + n))];

    private static readonly Setting<SyslogAddress?> Address = new("address", "tls://syslog.example.com:6514",
        "Or tcp://host:601, udp://host:514, unix:/dev/log. Records over UDP are lost without a word.", SyslogAddress.Read);

    private static readonly Setting<string?> Facility = Setting.Choice("facility", "local0", "user, daemon, or local0 to local7. Left out: local0.",
        [.. Facilities.Select(f => f.Word)]);

    private static readonly Setting<TimeSpan> Timeout = Setting.Duration("timeout", "10s", "1s", "1m", "How long a record may take.");

    public static readonly DeclaredNotifier Declared = new("syslog", "siem", "Syslog daemons (RFC 5424, and as syslog(3) on this host).",
        Address, Facility, TrustedCertificates.CaFile, Timeout)
    {
        Shared = [Receiver.Keys, Receiver.ReportKeys],
    };

    private readonly SyslogAddress _address = settings.Of(Address)!;
    private readonly int _facility = Facilities.First(f => f.Word == (settings.Of(Facility) ?? "local0")).Code;
    private readonly Voice _voice = parts.VoiceFor(settings);

    public string Name => settings.Name;

    public ChannelTraits Traits => ChannelTraits.OfMachine;

    public async Task<Delivery> SendAsync(Notice notice, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(settings.Of(Timeout));
        X509ChainPolicy? trusted;
        try
        {
            trusted = settings.Of(TrustedCertificates.CaFile) is { } file ? TrustedCertificates.PolicyOf(file) : null;
        }
        catch (Exception unreadable) when (TrustedCertificates.IsUnreadable(unreadable))
        {
            return new Delivery(DeliveryEnd.Broken, $"ca_file cannot be read: {unreadable.Message}");
        }

        try
        {
            return await new SyslogLink(_address).SendAsync(Record(notice), trusted, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Delivery.Away($"not taken within {settings.Of(Timeout).TotalSeconds:0} s");
        }
    }

    public string Preview(Notice notice) => $"{_address}\n{Encoding.UTF8.GetString(Record(notice))}\n";

    private byte[] Record(Notice notice)
    {
        var record = _address.Transport == SyslogTransport.Local ? SyslogRecord.OfThisHost(notice, _facility, _voice, parts.Clock.LocalTimeZone)
            : SyslogRecord.Of(notice, _facility, _voice);
        return record.Bytes(_address.MostBytes, _voice);
    }
}
