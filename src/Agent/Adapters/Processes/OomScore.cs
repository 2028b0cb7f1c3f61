using System.Globalization;

namespace Agent.Adapters.Processes;

/// <summary>The rank of a process when memory runs out and the kernel chooses one to kill.</summary>
internal static class OomScore
{
    /// <summary>The agent's unit may spare the agent (OOMScoreAdjust=), and a child inherits that. But an engine must not be spared.</summary>
    public static void NoBetterThanOthers(int pid)
    {
        try
        {
            if (int.Parse(File.ReadAllText("/proc/self/oom_score_adj"), CultureInfo.InvariantCulture) < 0)
                File.WriteAllText($"/proc/{pid}/oom_score_adj", "0");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The process is gone already, or there is no such file. Then nothing has to be put right.
        }
    }
}
