namespace Agent.Tests.Notifications;

/// <summary>What is wrong with a receiver's settings is told with its line, before anything is sent.</summary>
public sealed class ChannelSettingsTests
{
    private const string Mail = "server: mail.example\nfrom: npu@x.example\nto: [a@x.example]\n";

    [Theory]
    [InlineData("from: npu@x.example\nto: [a@x.example]", "3:7: notifications.mail[0].server: is required")]
    [InlineData("server: \"smtp://mail.example:25\"\nfrom: npu@x.example\nto: [a@x.example]",
        "4:15: notifications.mail[0].server: 'smtp://mail.example:25' is no name of a host; write the name alone, and the port as `port`")]
    [InlineData("server: mail.example\nfrom: npu\nto: [a@x.example]",
        "5:13: notifications.mail[0].from: 'npu' is no mail address; write it as oncall@example.com or Name <oncall@example.com>")]
    [InlineData("server: mail.example\nfrom: npu@x.example", "3:7: notifications.mail[0].to: nobody gets this mail; write it as [oncall@example.com]")]
    [InlineData("server: mail.example\nfrom: npu@x.example\nto: [a@x.example, \"b@\", oncall]",
        "6:11: notifications.mail[0].to: 'b@' is no mail address; write it as oncall@example.com or Name <oncall@example.com>|"
        + "6:11: notifications.mail[0].to: 'oncall' is no mail address; write it as oncall@example.com or Name <oncall@example.com>")]
    [InlineData(Mail + "user: u", "7:13: notifications.mail[0].user: a user without password_file cannot log in; name the file that holds the password")]
    [InlineData(Mail + "password_file: /x", "3:7: notifications.mail[0].user: password_file is of no use without a user; name the user")]
    [InlineData(Mail + "security: ssl", "7:17: notifications.mail[0].security: found 'ssl', allowed: starttls, tls, none")]
    [InlineData(Mail + "port: 0", "7:13: notifications.mail[0].port: 0 is out of range, allowed 1 to 65535")]
    [InlineData(Mail + "sever: x", "7:7: notifications.mail[0].sever: unknown key; did you mean 'server'?")]
    public void Mistakes_about_mail_are_told_with_their_line(string entry, string told) => Problems("mail", entry).ShouldBe(told.Split('|'));

    [Theory]
    [InlineData("facility: local0", "3:7: notifications.syslog[0].address: is required")]
    [InlineData("address: \"http://h:514\"", "4:16: notifications.syslog[0].address: 'http://h:514' is no address of a syslog daemon; write it as "
        + "tcp://host:601, tls://host:6514, udp://host:514 or unix:/dev/log")]
    [InlineData("address: syslog.example", "4:16: notifications.syslog[0].address: 'syslog.example' is no address of a syslog daemon; write it as "
        + "tcp://host:601, tls://host:6514, udp://host:514 or unix:/dev/log")]
    [InlineData("address: \"tcp://h\"", "4:16: notifications.syslog[0].address: 'tcp://h' names no port, and syslog over TCP has none of its own")]
    [InlineData("address: \"tcp://h:601/x\"",
        "4:16: notifications.syslog[0].address: 'tcp://h:601/x' has to be a scheme, a host and a port, such as tls://host:6514")]
    [InlineData("address: \"unix:log\"", "4:16: notifications.syslog[0].address: 'unix:log' names no absolute path; write it as unix:/dev/log")]
    [InlineData("address: \"udp://h\"\nfacility: mail",
        "5:17: notifications.syslog[0].facility: found 'mail', allowed: user, daemon, local0, local1, local2, local3, local4, local5, local6, local7")]
    public void Mistakes_about_syslog_are_told_with_their_line(string entry, string told) => Problems("syslog", entry).ShouldBe(told.Split('|'));

    [Theory]
    [InlineData("udp://h", "udp://h:514")]
    [InlineData("tls://h", "tls://h:6514")]
    [InlineData("tls://h:1", "tls://h:1")]
    [InlineData("tcp://[::1]:601", "tcp://[::1]:601")]
    [InlineData("unix:/dev/log", "unix:/dev/log")]
    public void An_address_of_a_syslog_daemon_is_shown_with_its_port(string address, string shown) =>
        new Agent.Notifications.Channels.SyslogNotifier(Receivers.Of("syslog", $"name: s, address: \"{address}\""), Receivers.Parts(TimeProvider.System))
            .Preview(new Agent.Notifications.TestNotice("t", Story.Start)).Split('\n')[0].ShouldBe(shown);

    private static IReadOnlyList<string> Problems(string kind, string entry)
    {
        var lines = string.Concat(entry.Split('\n').Select(l => $"      {l}\n"));
        return [.. SettingsFile.Parse("t", $"notifications:\n  {kind}:\n    - name: a\n{lines}", _ => false).Problems.Select(p => p.ToString()["t:".Length..])];
    }
}
