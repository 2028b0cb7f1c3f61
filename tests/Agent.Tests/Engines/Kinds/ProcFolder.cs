using System.Globalization;
using Agent.Adapters.Processes;

namespace Agent.Tests.Engines.Kinds;

/// <summary>A /proc of our own: what lives there, whose it is, in which cgroup, with which environment.</summary>
internal sealed class ProcFolder(TemporaryFolder folder)
{
    /// <summary>The user of what is put here without a word.</summary>
    public const uint Agent = 990;

    public static string StatusOf(uint real, uint effective) =>
        $"Name:\tvllm\nUmask:\t0022\nUid:\t{real}\t{effective}\t{effective}\t{effective}\nGid:\t0\t0\t0\t0\n";

    public ProcessTable Table { get; } = new(Directory.CreateDirectory(folder.File("proc")).FullName);

    public ProcFolder With(int pid, string cgroup = "0::/\n", string environment = "", string command = "", char state = 'S', int startTicks = 7,
        uint user = ProcFolder.Agent, int parent = 1, int? session = null, string? output = null, long? socket = null)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder.File("proc"), pid.ToString(CultureInfo.InvariantCulture))).FullName;
        File.WriteAllText(Path.Combine(own, "stat"),
            $"{pid} (vllm) {state} {parent} {session ?? pid} {session ?? pid} 0 -1 4194560 1 1 0 0 0 0 0 0 20 0 1 0 {startTicks} 1 1\n");
        File.WriteAllText(Path.Combine(own, "cmdline"), command);
        File.WriteAllText(Path.Combine(own, "cgroup"), cgroup);
        File.WriteAllText(Path.Combine(own, "status"), StatusOf(user, user));
        File.WriteAllText(Path.Combine(own, "environ"), environment);
        Link(own, 1, output);
        Link(own, 5, socket is null ? null : $"socket:[{socket}]");
        return this;
    }

    /// <summary>A socket that listens on a port.</summary>
    public ProcFolder Listening(int port, long inode)
    {
        Directory.CreateDirectory(folder.File("proc/net"));
        File.WriteAllText(folder.File("proc/net/tcp"),
            $"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   0: 0100007F:{port:X4} 00000000:0000 0A "
            + $"00000000:00000000 00:00000000 00000000   {Agent}        0 {inode} 1 0000000000000000 100 0 0 10 0\n");
        return this;
    }

    private static void Link(string process, int descriptor, string? target)
    {
        if (target is null)
            return;
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(process, "fd")).FullName, descriptor.ToString(CultureInfo.InvariantCulture));
        File.CreateSymbolicLink(path, target);
    }

    public void Gone(int pid) => Directory.Delete(Path.Combine(folder.File("proc"), pid.ToString(CultureInfo.InvariantCulture)), recursive: true);
}
