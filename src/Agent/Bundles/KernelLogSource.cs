using System.Globalization;
using Agent.Adapters;
using Agent.Adapters.Processes;
using Agent.Configuration.Declared;

namespace Agent.Bundles;

/// <summary>
/// The kernel's lines about driver, PCIe and memory. They come from the ring as dmesg shows it, and from the journal's last hour if there is a
/// journal: the ring is short, and not every user may read it.
/// </summary>
internal sealed class KernelLogSource(IProcessRunner processes, TimeProvider clock) : IBundleSource
{
    public static readonly DeclaredSource Declared = new("kernel-log");

    private const int MaxLines = 100_000;

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    // The ring has 16 MB at most on these hosts. A call that hangs leaves time for the other call.
    private static readonly ProcessLimits Limits = new(TimeSpan.FromSeconds(2), OutputBytes: 32 * 1024 * 1024) { KillGrace = TimeSpan.FromMilliseconds(200) };

    public string Name => Declared.Name;

    public bool IsSlow => false;

    public Loss LostBy => Loss.Nothing;

    public async Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        var now = clock.HostNow();
        var ring = await processes.RunAsync(new CommandLine("dmesg", ["-T"]), Limits, cancellation: cancellation);
        if (ring.Succeeded)
            folder.Write("dmesg", Tail(ring.Output));
        // The short form is that of /var/log/messages. ascend-fd knows it by this name.
        var journal = await processes.RunAsync(
            new CommandLine("journalctl", ["-k", "--no-pager", "-o", "short", "--since", At(now - Window), "--until", At(now.AddSeconds(1))]),
            Limits,
            cancellation: cancellation);
        if (journal.Succeeded)
            folder.Write("messages", Tail(journal.Output));
        foreach (var failed in (ProcessResult[])[ring, journal])
        {
            if (!failed.Succeeded && (failed.End == ProcessEnd.NotFound || ring.Succeeded || journal.Succeeded))
                folder.Absent(failed.Describe());
            else if (!failed.Succeeded)
                folder.Note(failed.Describe());
        }
    }

    private static string At(DateTimeOffset time) => string.Create(CultureInfo.InvariantCulture, $"@{time.ToUnixTimeSeconds()}");

    private static string Tail(string text)
    {
        var begin = text.Length;
        for (var lines = 0; begin > 0 && lines <= MaxLines; lines++)
            begin = text.LastIndexOf('\n', begin - 1);
        return begin > 0 ? text[(begin + 1)..] : text;
    }
}
