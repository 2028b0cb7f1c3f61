using Agent.Configuration.Engines;

namespace Agent.Engines.Throughput;

/// <summary>The verdict on a window: too low for so long, well, or not comparable.</summary>
/// <param name="Usual">The baseline of its band; null while there is none.</param>
/// <param name="LowFor">How long it has been too low. Zero when it is not.</param>
internal sealed record ThroughputVerdict(double? Usual, TimeSpan LowFor, bool IsLow, bool CouldCompare);

/// <summary>
/// Compares windows with the baseline of their concurrency. Time counts as low only from one low window to the next. A window
/// that cannot be compared neither adds to that time nor ends it. Once told, only a window that is well again ends it.
/// </summary>
internal sealed class ThroughputJudge(ThroughputSettings settings, ThroughputBaseline baseline)
{
    private TimeSpan _lowFor;
    private TimeSpan? _lastLow;
    private bool _told;

    /// <param name="at">Monotonic time.</param>
    /// <param name="figures">The window that ends now.</param>
    public ThroughputVerdict See(TimeSpan at, ThroughputFigures figures)
    {
        // A part of a window is too short to learn from, and too short to judge by.
        if (figures.Band is not { } band || figures.Length < settings.Window)
        {
            _lastLow = null;
            return new ThroughputVerdict(null, _lowFor, _told, CouldCompare: false);
        }

        var usual = baseline.Of(band);
        if (usual is null || figures.GenerationTokensPerSecond >= settings.Share * usual)
        {
            baseline.Learn(band, figures.GenerationTokensPerSecond);
            if (usual is null)
                return new ThroughputVerdict(null, _lowFor, _told, CouldCompare: false);
            (_lowFor, _lastLow, _told) = (TimeSpan.Zero, null, false);
            return new ThroughputVerdict(usual, TimeSpan.Zero, IsLow: false, CouldCompare: true);
        }

        _lowFor += _lastLow is { } last ? at - last : TimeSpan.Zero;
        _lastLow = at;
        _told |= _lowFor >= settings.For;
        return new ThroughputVerdict(usual, _lowFor, _told, CouldCompare: true);
    }
}
