using Agent.Adapters.VllmHttp;
using Agent.Domain.Engines;

namespace Agent.Engines;

/// <summary>How requests to one path of one run end, and since when they end so.</summary>
internal sealed class HttpTrack(TimeProvider clock)
{
    private EngineRun? _run;
    private HttpSign? _last;
    private long _begun;

    public HttpSign Take(EngineRun run, HttpEnd end, string text)
    {
        var now = clock.GetUtcNow();
        if (_run != run || _last is null || _last.End != end)
        {
            (_run, _begun) = (run, clock.GetTimestamp());
            return _last = new HttpSign(now, end, now, TimeSpan.Zero, text);
        }

        return _last = new HttpSign(now, end, _last.Since, clock.GetElapsedTime(_begun), text);
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
