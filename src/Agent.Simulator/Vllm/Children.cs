using System.Diagnostics;

namespace Agent.Simulator.Vllm;

internal static class Children
{
    /// <summary>Starts another program of the tree; it writes to the same log.</summary>
    public static Process Start(World world, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
        foreach (var word in (string[])[program, "--world", world.Folder, .. arguments])
            start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }
}
