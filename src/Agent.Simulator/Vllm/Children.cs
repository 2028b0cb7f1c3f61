using System.Diagnostics;

namespace Agent.Simulator.Vllm;

internal static class Children
{
    /// <summary>Room for the title that the child writes over its arguments; a short path would leave too little.</summary>
    private static readonly string TitleRoom = new(' ', 64);

    /// <summary>Starts another program of the tree. It writes to the same log.</summary>
    /// <param name="deathPipe">The child's stdin ends when this process ends. A worker notices the end in this way.</param>
    public static Process Start(World world, string program, string[] arguments, bool deathPipe = false)
    {
        var start = new ProcessStartInfo(Processes.Simulator) { UseShellExecute = false, RedirectStandardInput = deathPipe };
        foreach (var word in (string[])["--world", world.Folder, program, TitleRoom, .. arguments])
            start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }

    /// <summary>Ends when the death pipe ends.</summary>
    public static async Task ParentEndedAsync()
    {
        await using var pipe = Console.OpenStandardInput();
        var ignored = new byte[16];
        while (await pipe.ReadAsync(ignored) > 0)
        {
            // Nobody writes to the pipe; only its end counts.
        }
    }
}
