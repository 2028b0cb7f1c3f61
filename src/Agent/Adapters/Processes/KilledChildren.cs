using System.Collections.Concurrent;

namespace Agent.Adapters.Processes;

/// <summary>
/// Children that were killed, by program, until they are seen to be gone. SIGKILL ends everything but a process that sleeps
/// uninterruptibly in the kernel, and only /proc tells which: whoever waits for its end has to give up at some time.
/// </summary>
internal sealed class KilledChildren(ProcessTable processes, TimeProvider clock)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<string, Killed> _byProgram = new(StringComparer.Ordinal);

    public int Stuck => _byProgram.Values.Sum(killed => killed.Tree.Count(processes.IsThere));

    /// <summary>Remembers a child and what it started itself, which a wrapper of the real program leaves behind.</summary>
    public void Note(string program, int pid)
    {
        if (processes.Read(pid) is not { } child)
            return;
        var tree = processes.Descendants(pid).Select(p => p.Id).Prepend(child.Id).ToList();
        _byProgram.AddOrUpdate(program, _ => new Killed(clock.GetTimestamp(), tree), (_, before) => new Killed(clock.GetTimestamp(), [.. before.Tree.Where(processes.IsThere), .. tree]));
    }

    /// <summary>Gives what was killed of a program the rest of its time to be gone; one that is long stuck is not waited for.</summary>
    public async Task<bool> AreGoneAsync(string program, TimeSpan grace, CancellationToken cancellation)
    {
        while (_byProgram.TryGetValue(program, out var killed))
        {
            if (!killed.Tree.Exists(processes.IsThere))
                _byProgram.TryRemove(new KeyValuePair<string, Killed>(program, killed));
            else if (clock.GetElapsedTime(killed.At) > grace)
                return false;
            else
                await Task.Delay(Step, clock, cancellation);
        }

        return true;
    }

    private sealed record Killed(long At, List<ProcessId> Tree);
}
