using Agent.Adapters.VllmHttp;
using Agent.Domain.Engines;
using Agent.Engines.Runs;

namespace Agent.Engines.Signs;

/// <summary>How requests to one path of one run end, and since when they end that way.</summary>
internal sealed class HttpTrack(TimeProvider clock)
{
    /// <summary>If two looks lie further apart, they add no more than this: nobody was there to be answered.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(1);

    private EngineRun? _run;
    private HttpSign? _last;
    private long _lastAt;

    public HttpSign Take(EngineRun run, HttpEnd end, string text)
    {
        var (now, at) = (clock.GetUtcNow(), clock.GetTimestamp());
        var step = clock.GetElapsedTime(_lastAt, at);
        _last = _run != run || _last is null || _last.End != end
            ? new HttpSign(now, end, now, TimeSpan.Zero, text)
            : new HttpSign(now, end, _last.Since, _last.For + (step < LongestStep ? step : LongestStep), text);
        (_run, _lastAt) = (run, at);
        return _last;
    }

    /// <param name="end">How the request ended.</param>
    /// <param name="saysDead">Whether its status means that the engine core is dead.</param>
    public static HttpEnd EndOf(VllmEnd end, bool saysDead = false) => end switch
    {
        VllmEnd.Answered => HttpEnd.Answered,
        VllmEnd.Refused => HttpEnd.Refused,
        VllmEnd.TimedOut => HttpEnd.TimedOut,
        _ => saysDead ? HttpEnd.SaysDead : HttpEnd.Failed,
    };
}
