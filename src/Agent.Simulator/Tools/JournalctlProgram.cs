namespace Agent.Simulator.Tools;

/// <summary>journalctl of a host whose engines run in units. It has only the output of one invocation, up to now or followed as it grows.</summary>
internal static class JournalctlProgram
{
    public const string Name = "journalctl";

    private const string Invocation = "_SYSTEMD_INVOCATION_ID=";
    private const string Lines = "--lines=";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(World world, string[] arguments)
    {
        world.LogCall(Name, arguments);
        if (Array.Find(arguments, a => a.StartsWith(Invocation, StringComparison.Ordinal)) is not { } asked)
            return 0;
        var file = new EngineUnits(world).Output(asked[Invocation.Length..]);
        var output = Console.OpenStandardOutput();
        if (Array.Find(arguments, a => a.StartsWith(Lines, StringComparison.Ordinal)) is { } lines && int.TryParse(lines[Lines.Length..], out var count))
        {
            foreach (var line in File.Exists(file) ? File.ReadLines(file).TakeLast(count) : [])
                Console.WriteLine(line);
            return 0;
        }

        await using var log = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        while (true)
        {
            await log.CopyToAsync(output);
            await output.FlushAsync();
            if (!arguments.Contains("--follow") && !arguments.Contains("-f"))
                return 0;
            await Task.Delay(Look);
        }
    }
}
