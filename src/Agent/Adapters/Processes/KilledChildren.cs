using System.Collections.Concurrent;

namespace Agent.Adapters.Processes;

/// <summary>
/// Children that were killed, by program, until they are seen to be gone. SIGKILL ends every process, except one that sleeps uninterruptibly in the
/// kernel. Only /proc tells which one does, so a wait for its end must give up at some time.
/// </summary>
internal sealed class KilledChildren(ProcessTable processes, TimeProvider clock)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<string, Killed> _byProgram = new(StringComparer.Ordinal);

    public int Stuck => _byProgram.Values.Sum(killed => killed.Tree.Count(processes.IsThere));

    /// <summary>Remembers a child and the processes that it started: a wrapper leaves the real program behind.</summary>
    public void Note(string program, int pid)
    {
        if (processes.Read(pid) is not { } child)
            return;
        var tree = processes.Descendants(pid).Select(p => p.Id).Prepend(child.Id).ToList();
        _byProgram.AddOrUpdate(program, _ => new Killed(clock.GetTimestamp(), tree), (_, before) =>
            new Killed(clock.GetTimestamp(), [.. before.Tree.Where(processes.IsThere), .. tree]));
    }

    /// <summary>
    /// Gives the killed processes of a program the rest of their time to be gone. It does not wait for processes that are stuck for longer.
    /// </summary>
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
