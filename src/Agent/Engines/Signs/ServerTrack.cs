using System.Globalization;
using Agent.Adapters.Processes;
using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Engines.Runs;

namespace Agent.Engines.Signs;

/// <summary>
/// Tells a busy API server from a deaf one while it answers nothing. A busy server takes CPU time, or would
/// take it if other processes left any. If several processes answer, all of them have to stand still.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="longestStep">
/// If two looks lie further apart, the comparison begins anew. The machine slept,
/// or the agent got no CPU time, and then perhaps the engine got none either.
/// </param>
internal sealed class ServerTrack(TimeProvider clock, TimeSpan longestStep)
{
    /// <summary>
    /// The share of one CPU. Threads that wake up by themselves take a part of
    /// this. A server that gets no CPU time takes less, but it waits for a CPU.
    /// </summary>
    private const double NextToNone = 0.05;

    private EngineRun? _run;
    private IReadOnlyList<CpuTime>? _last;
    private long _lastAt;
    private TimeSpan _still;
    private int _looks;

    /// <summary>/health was answered.</summary>
    public void Answered() => _last = null;

    /// <param name="run">The engine's run.</param>
    /// <param name="servers">Its API servers; null when they cannot be read.</param>
    /// <returns>Null when nothing can be said.</returns>
    public ServerSign? Take(EngineRun run, IReadOnlyList<CpuTime>? servers)
    {
        var at = clock.GetTimestamp();
        var (last, elapsed) = (_run == run ? _last : null, clock.GetElapsedTime(_lastAt, at));
        (_run, _last, _lastAt) = (run, servers, at);
        if (servers is null)
            return null;
        var names = string.Join(", ", servers.Select(s => s.Id.Pid));
        if (last is null || elapsed > longestStep || !last.Select(s => s.Id).SequenceEqual(servers.Select(s => s.Id)))
        {
            (_still, _looks) = (TimeSpan.Zero, 0);
            return Sign($"process {names}: CPU time is compared from now on");
        }

        var used = Sum(servers, s => s.Used) - Sum(last, s => s.Used);
        var waited = Sum(servers, s => s.Waited) - Sum(last, s => s.Waited);
        var wants = servers.Any(s => s.Wants);
        var stands = !wants && used + waited <= elapsed * NextToNone;
        (_still, _looks) = stands ? (_still + elapsed, _looks + 1) : (TimeSpan.Zero, 0);
        var took = string.Create(CultureInfo.InvariantCulture,
            $"process {names}: {used.TotalSeconds:0.00} s of CPU time in {elapsed.TotalSeconds:0.0} s, {waited.TotalSeconds:0.00} s waiting for a CPU");
        return Sign($"{took}{(wants ? ", ready to run or waiting for a disk" : "")}; {(stands ? $"stands still for {Durations.Text(_still)}" : "is busy")}");
    }

    private ServerSign Sign(string text) => new(clock.GetUtcNow(), _still, _looks, text);

    private static TimeSpan Sum(IReadOnlyList<CpuTime> servers, Func<CpuTime, TimeSpan> of) =>
        servers.Aggregate(TimeSpan.Zero, (sum, server) => sum + of(server));
}
