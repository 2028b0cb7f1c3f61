using System.Globalization;
using Agent.Adapters.Processes;

namespace Agent.Tests.Engines.Kinds;

/// <summary>A /proc of our own: what lives there, in which cgroup, with which environment.</summary>
internal sealed class ProcFolder(TemporaryFolder folder)
{
    public ProcessTable Table { get; } = new(Directory.CreateDirectory(folder.File("proc")).FullName);

    public ProcFolder With(int pid, string cgroup = "0::/\n", string environment = "", char state = 'S', int startTicks = 7)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder.File("proc"), pid.ToString(CultureInfo.InvariantCulture))).FullName;
        File.WriteAllText(Path.Combine(own, "stat"), $"{pid} (vllm) {state} 1 {pid} {pid} 0 -1 4194560 1 1 0 0 0 0 0 0 20 0 1 0 {startTicks} 1 1\n");
        File.WriteAllText(Path.Combine(own, "cgroup"), cgroup);
        File.WriteAllText(Path.Combine(own, "environ"), environment);
        return this;
    }

    public void Gone(int pid) => Directory.Delete(Path.Combine(folder.File("proc"), pid.ToString(CultureInfo.InvariantCulture)), recursive: true);
}
