using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Configuration.Yaml;
using MailKit.Security;
using MimeKit;

namespace Agent.Notifications.Mail;

/// <summary>What the file says of a mail server and of those who get mail.</summary>
internal sealed class MailSettings(NotifierSettings settings)
{
    private static readonly Setting<string> ServerKey = new("server", "smtp.example.com", "The mail server.", ReadServer);

    private static readonly Setting<int?> PortKey = new("port", "587", "Left out: 587, with `security: tls` 465, with `security: none` 25.",
        (s, k) => s.OptionalInt(k, 1, 65535));

    private static readonly Setting<string?> SecurityKey = Setting.Choice("security", "starttls",
        "starttls, tls or none. Left out: starttls. Where the server does not do that, nothing is sent.", "starttls", "tls", "none");

    private static readonly Setting<string?> UserKey = new("user", "npu-agent@example.com",
        "Left out: no login. The password is in `password_file`.", ReadUser);

    private static readonly Setting<string?> PasswordKey = Setting.SecretFile("password_file", "/etc/npu-agent/mail.password", "",
        path => SecretFile.Read(path).Problem);

    private static readonly Setting<string> FromKey = new("from", "\"NPU agent <npu-agent@example.com>\"", "", ReadFrom);

    private static readonly Setting<IReadOnlyList<string>> ToKey = new("to", "[oncall@example.com, lead@example.com]", "", ReadTo);

    private static readonly Setting<TimeSpan> TimeoutKey = Setting.Duration("timeout", "30s", "1s", "2m", "How long the whole conversation may take.");

    /// <summary>The keys of the list, in the order of the sample.</summary>
    public static readonly IReadOnlyList<Setting> Keys =
        [ServerKey, PortKey, SecurityKey, UserKey, PasswordKey, FromKey, ToKey, TrustedCertificates.CaFile, TimeoutKey];

    public string Server => settings.Of(ServerKey);

    public string SecurityWord => settings.Of(SecurityKey) ?? "starttls";

    /// <summary>None of these falls back to plain text by itself.</summary>
    public SecureSocketOptions Security => SecurityWord switch
    {
        "tls" => SecureSocketOptions.SslOnConnect,
        "none" => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    public int Port => settings.Of(PortKey) ?? Security switch
    {
        SecureSocketOptions.SslOnConnect => 465,
        SecureSocketOptions.None => 25,
        _ => 587,
    };

    public string? User => settings.Of(UserKey);

    public string? PasswordFile => settings.Of(PasswordKey);

    public string? CaFile => settings.Of(TrustedCertificates.CaFile);

    public TimeSpan Timeout => settings.Of(TimeoutKey);

    public MailboxAddress From { get; } = MailboxAddress.Parse(settings.Of(FromKey));

    public IReadOnlyList<MailboxAddress> To { get; } = [.. settings.Of(ToKey).Select(MailboxAddress.Parse)];

    private static string ReadServer(YamlSection section, string key)
    {
        var server = section.Required(key);
        if (server.Length > 0 && Uri.CheckHostName(server) == UriHostNameType.Unknown)
            section.Complain(key, $"'{server}' is no name of a host; write the name alone, and the port as `port`");
        return server;
    }

    private static string? ReadUser(YamlSection section, string key)
    {
        var user = section.Text(key);
        if (user is not null && !section.Has("password_file"))
            section.Complain(key, "a user without password_file cannot log in; name the file that holds the password");
        if (user is null && section.Has("password_file"))
            section.Complain(key, "password_file is of no use without a user; name the user");
        return user;
    }

    private static string ReadFrom(YamlSection section, string key)
    {
        var from = section.Required(key);
        if (from.Length > 0 && AddressProblem(from) is { } problem)
            section.Complain(key, problem);
        return from;
    }

    private static IReadOnlyList<string> ReadTo(YamlSection section, string key)
    {
        var to = section.List(key, [], AddressProblem);
        if (to.Count == 0)
            section.Complain(key, "nobody gets this mail; write it as [oncall@example.com]");
        return to;
    }

    // Letters beyond ASCII before the @ need a server that speaks SMTPUTF8; the few who have such an address have another beside it.
    private static string? AddressProblem(string text) =>
        MailboxAddress.TryParse(text, out var address) && address.Address.Split('@') is [{ Length: > 0 } local, { Length: > 0 }] && local.All(char.IsAscii)
            ? null : $"'{text}' is no mail address; write it as oncall@example.com or Name <oncall@example.com>";
}
