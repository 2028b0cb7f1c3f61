using System.Globalization;
using System.Text;
using Agent.Adapters.Processes;

namespace Agent.Tests.Engines;

/// <summary>
/// A process of another user that takes a port and keeps what it is sent, or only stands there with the environment that it was
/// given. Its answers are those of an engine, so that nobody ends a conversation early.
/// </summary>
internal sealed class Impostor : IDisposable
{
    /// <summary>Two users that no host gives away.</summary>
    public const uint Stranger = 65533;

    public const uint Another = 65532;

    private const string Server = """
        use IO::Socket::INET; use IO::Select; $| = 1;
        my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], Listen => 50, ReuseAddr => 1) or die $@;
        my $all = IO::Select->new($listener); print "listening\n";
        my $body = '{"data":[{"id":"m"}],"choices":[{"text":"Paris","finish_reason":"stop"}],"tokens":[1],"version":"1"}';
        while (1) { for my $socket ($all->can_read) {
          if ($socket == $listener) { my $client = $listener->accept; $all->add($client) if $client; next }
          my $count = sysread($socket, my $text, 65536);
          if (!$count) { $all->remove($socket); close $socket; next }
          print $text, "\n"; next unless $text =~ /\r\n\r\n/;
          print $socket "HTTP/1.1 200 OK\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
        } }
        """;

    private readonly ProcessTable _processes = new();
    private readonly string _log;

    private Impostor(ProcessId id, string log) => (Id, _log) = (id, log);

    public ProcessId Id { get; }

    public bool IsAlive => _processes.IsAlive(Id);

    /// <summary>All that it was sent.</summary>
    public string Heard => File.ReadAllText(_log);

    /// <summary>Listens when this returns.</summary>
    public static Impostor Listening(TemporaryFolder folder, uint user, int port, string marker = "")
    {
        var impostor = Start(folder, user, marker, "perl", "-e", Server, port.ToString(CultureInfo.InvariantCulture));
        SpinWait.SpinUntil(() => impostor.Heard.Contains("listening", StringComparison.Ordinal), TimeSpan.FromSeconds(20)).ShouldBeTrue(impostor.Heard);
        return impostor;
    }

    /// <summary>Is that user's when this returns, in a session of its own as an engine's main process is.</summary>
    public static Impostor Standing(TemporaryFolder folder, uint user, string marker)
    {
        var impostor = Start(folder, user, marker, "sleep", "300");
        SpinWait.SpinUntil(() => impostor._processes.UserOf(impostor.Id.Pid) == user && impostor._processes.Read(impostor.Id.Pid)!.Name == "sleep",
            TimeSpan.FromSeconds(20)).ShouldBeTrue();
        return impostor;
    }

    public static void NeedsRoot()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, to act as other users");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv") && File.Exists("/usr/bin/perl"), "needs setpriv and perl, to act as other users");
    }

    public void Dispose()
    {
        _processes.Signal(Id, Signals.Kill);
        SpinWait.SpinUntil(() => DetachedProcess.TryReap(Id.Pid) is not null, TimeSpan.FromSeconds(20));
    }

    private static Impostor Start(TemporaryFolder folder, uint user, string marker, params string[] command)
    {
        var log = folder.File($"heard-{Guid.NewGuid():N}");
        File.WriteAllText(log, "", Encoding.UTF8);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["NPU_AGENT_ENGINE"] = marker, ["PATH"] = "/usr/bin:/bin" };
        string[] words = ["setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups", .. command];
        return new Impostor(DetachedProcess.Start(new DetachedStart(CommandLine.Of(words), environment, log)), log);
    }
}
