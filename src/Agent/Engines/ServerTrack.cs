using System.Globalization;
using Agent.Adapters.Processes;
using Agent.Domain;
using Agent.Domain.Engines;

namespace Agent.Engines;

/// <summary>
/// Tells an API server that is busy from one that is deaf, while it answers nothing: a busy one takes CPU time, or would if
/// others left it any. Where several processes answer, all of them have to stand still.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="longestStep">Looks that lie further apart begin anew: the machine slept, or the agent had no turn, and so maybe had the engine.</param>
internal sealed class ServerTrack(TimeProvider clock, TimeSpan longestStep)
{
    /// <summary>Of one CPU. Threads that wake up for their own sake take a part of this; a server that is starved gets less, but waits.</summary>
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
    /// <returns>Null: nothing can be said.</returns>
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
        var took = string.Create(CultureInfo.InvariantCulture, $"process {names}: {used.TotalSeconds:0.00} s of CPU time in {elapsed.TotalSeconds:0.0} s, {waited.TotalSeconds:0.00} s waiting for a CPU");
        return Sign($"{took}{(wants ? ", ready to run or waiting for a disk" : "")}; {(stands ? $"stands still for {Durations.Text(_still)}" : "is busy")}");
    }

    private ServerSign Sign(string text) => new(clock.GetUtcNow(), _still, _looks, text);

    private static TimeSpan Sum(IReadOnlyList<CpuTime> servers, Func<CpuTime, TimeSpan> of) => servers.Aggregate(TimeSpan.Zero, (sum, server) => sum + of(server));
}
