using System.Globalization;

namespace Agent.Adapters.Processes;

/// <summary>Whom the kernel ends when memory runs out.</summary>
internal static class OomScore
{
    /// <summary>The agent's unit may spare the agent (OOMScoreAdjust=), and a child inherits that: an engine is not to be spared.</summary>
    public static void NoBetterThanOthers(int pid)
    {
        try
        {
            if (int.Parse(File.ReadAllText("/proc/self/oom_score_adj"), CultureInfo.InvariantCulture) < 0)
                File.WriteAllText($"/proc/{pid}/oom_score_adj", "0");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // It is gone already, or there is no such file: nothing to make up for.
        }
    }
}
