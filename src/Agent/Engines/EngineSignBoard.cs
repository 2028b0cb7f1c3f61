using Agent.Domain.Engines;

namespace Agent.Engines;

/// <summary>
/// Where the probes leave what they saw of one engine, for the one that judges. Signs belong to a run: those of an earlier one
/// say nothing of the present.
/// </summary>
internal sealed class EngineSignBoard
{
    private readonly Lock _leaving = new();
    private EngineRun? _run;
    private EngineSigns _signs = new();
    private volatile EngineJudgement? _newest;

    /// <summary>The newest verdict; null before the first.</summary>
    public EngineJudgement? Newest => _newest;

    public void Leave(EngineRun run, Func<EngineSigns, EngineSigns> change)
    {
        lock (_leaving)
        {
            // A look that took long may end when its engine was started anew.
            if (_run is not null && run.BootId == _run.BootId && run.StartTicks < _run.StartTicks)
                return;
            _signs = change(_run == run ? _signs : new EngineSigns());
            _run = run;
        }
    }

    public EngineSigns Of(EngineRun? run)
    {
        lock (_leaving)
            return run is not null && _run == run ? _signs : new EngineSigns();
    }

    public void Judged(EngineVerdict verdict, EngineSigns signs, DateTimeOffset now)
    {
        var since = _newest is { } last && last.Verdict.State == verdict.State && last.Verdict.Fault == verdict.Fault ? last.Since : now;
        _newest = new EngineJudgement(verdict, signs, now, since);
    }
}

/// <summary>A verdict with the signs that it was made of.</summary>
/// <param name="Since">Since when it says the same state and fault.</param>
internal sealed record EngineJudgement(EngineVerdict Verdict, EngineSigns Signs, DateTimeOffset At, DateTimeOffset Since);
