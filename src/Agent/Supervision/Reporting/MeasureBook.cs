using Agent.Domain.Observations;
using Agent.Probes;
using Agent.Storage;

namespace Agent.Supervision.Reporting;

/// <summary>
/// Gathers what looks measured, and what they could not see, until it is written. The loop brings looks, the writer takes them away once a minute.
/// </summary>
/// <param name="mayLook">Whether a subject can be looked at now. An engine that loads, or that an operator stopped, hides nothing.</param>
internal sealed class MeasureBook(Func<Subject, bool> mayLook)
{
    /// <summary>A look that comes after a longer time tells nothing of the time before: the host slept, or the agent did.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromHours(1);

    private readonly Lock _gathering = new();
    private readonly Dictionary<(Subject Subject, string Probe), DateTimeOffset> _looked = [];
    private Dictionary<(Subject Subject, string Name), MeasureTally> _figures = [];
    private Dictionary<(Subject Subject, string Probe), LookTally> _gaps = [];

    public void Take(ProbeLook look)
    {
        lock (_gathering)
        {
            foreach (var seen in look.Observations)
            {
                foreach (var (name, value) in seen.Measures)
                {
                    var key = (seen.Subject, name);
                    if (KeptMeasure.Find(seen.Subject.Kind, name) is not null && (_figures.ContainsKey(key) || _figures.Count < MeasureWriter.MostSeries))
                        _figures[key] = _figures.TryGetValue(key, out var tally) ? tally.And(value) : MeasureTally.Of(value);
                }

                Count(seen);
            }
        }
    }

    /// <summary>What came since the last call.</summary>
    public MeasureBatch Drain()
    {
        lock (_gathering)
        {
            var batch = new MeasureBatch(_figures, _gaps);
            (_figures, _gaps) = ([], []);
            return batch;
        }
    }

    private void Count(Observation seen)
    {
        var key = (seen.Subject, seen.Probe);
        if (!_looked.TryGetValue(key, out var before) && _looked.Count >= MeasureWriter.MostSeries)
            return;
        _looked[key] = seen.At;
        if (seen.Verdict != Verdict.CouldNotLook || !mayLook(seen.Subject))
            return;
        var since = before == default || seen.At < before ? TimeSpan.Zero : seen.At - before < LongestGap ? seen.At - before : LongestGap;
        var gap = _gaps.GetValueOrDefault(key) ?? new LookTally(0, TimeSpan.Zero);
        _gaps[key] = new LookTally(gap.Missed + 1, gap.Unseen + since);
    }
}
