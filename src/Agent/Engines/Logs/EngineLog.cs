using Agent.Adapters.Logs;
using Agent.Engines.Runs;
using Agent.Engines.Starting;
using Agent.ForeignText;

namespace Agent.Engines.Logs;

/// <summary>Follows the log file of one run. Several probes and a remedy read it, and each call reads only the new part.</summary>
/// <param name="run">The run.</param>
/// <param name="clock">The clock.</param>
/// <param name="gate">The gate for kept lines.</param>
/// <param name="copy">The copier that fills the file if the engine does not write it itself.</param>
/// <param name="bounds">Keeps it within bounds; null for a command that only looks.</param>
/// <param name="hasFrontEnd">False: no HTTP follows the last line of the engine core's start.</param>
internal sealed class EngineLog(EngineRun run, TimeProvider clock, TextGate gate, LogCopy? copy = null, EngineLogBounds? bounds = null, bool hasFrontEnd = true)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(2);

    private readonly Lock _reading = new();
    private readonly LogFollower _follower = new(run.LogFile) { Begin = run.LogBegin };
    private RunBegin? _begin = BeginOf(run, clock);
    private EngineLogFacts _facts = new() { ProgressAt = clock.GetUtcNow(), Gate = gate };

    public string Path => run.LogFile;

    public EngineLogFacts Read() => Read(null);

    /// <param name="workedSince">The engine completed work after that moment. Earlier lines of the log do not explain a failure that comes later.</param>
    public EngineLogFacts Read(DateTimeOffset? workedSince)
    {
        lock (_reading)
        {
            if (copy?.KeepUp(() => bounds?.SetAside()) == true)
            {
                _follower.Restart();
                _begin = BeginOf(run, clock);
            }

            if (!IsBegun())
                return _facts;
            var read = ReadOn();
            if (bounds?.KeepUp(read, ReadOn) == true)
                _follower.GoOnAtStart();
            _facts = (workedSince is { } since ? _facts.Worked(since) : _facts) with { SkippedBytes = _follower.SkippedBytes };
            return _facts;
        }
    }

    /// <summary>The state of the log's growth and of the part that is kept.</summary>
    public EngineLogState Bounds()
    {
        lock (_reading)
            return bounds?.Look() ?? EngineLogState.Unknown;
    }

    /// <summary>
    /// The engine was seen to serve. This is the last stage, whatever the log told: the log may be unreadable, or too long to be read from its start.
    /// </summary>
    public void Serves()
    {
        lock (_reading)
            _facts = _facts.Serves(clock.GetUtcNow());
    }

    /// <summary>Waits for the last output of an engine that ended: until its copier has ended too, or nothing came for a moment.</summary>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        var (length, since) = (EngineLogFiles.LengthOf(Path), begun);
        while (IsBeingCopied() && clock.GetElapsedTime(begun) < LongestSettling && clock.GetElapsedTime(since) < Quiet)
        {
            await Task.Delay(BetweenLooks, clock, cancellation);
            if (EngineLogFiles.LengthOf(Path) is var now && now != length)
                (length, since) = (now, clock.GetTimestamp());
        }
    }

    public void StopCopying()
    {
        lock (_reading)
            copy?.Stop();
    }

    private static RunBegin? BeginOf(EngineRun run, TimeProvider clock) => run.LogBefore is null ? null : new RunBegin(run, clock);

    /// <summary>The facts of earlier runs are not taken as facts of this run.</summary>
    private bool IsBegun()
    {
        if (_begin is null)
            return true;
        if (_begin.Find() is not { } begin)
            return false;
        _begin = null;
        _follower.BeginAt(begin);
        return true;
    }

    /// <returns>The place up to which the file was read.</returns>
    private long ReadOn()
    {
        var now = clock.GetUtcNow();
        _follower.ReadNew(line =>
        {
            bounds?.See(line);
            _facts = _facts.After(line, now);
        });
        if (!hasFrontEnd && _facts.Stage is >= StartupStage.EngineReady and < StartupStage.Serving)
            _facts = _facts with { Stage = StartupStage.Serving };
        if (_facts.Stage is not StartupStage.Serving)
            _facts = _facts.Showing(_follower.Unfinished, now);
        return _follower.Position;
    }

    private bool IsBeingCopied()
    {
        lock (_reading)
            return copy is { IsRunning: true };
    }
}
