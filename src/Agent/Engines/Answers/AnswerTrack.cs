using Agent.Adapters.VllmHttp;
using Agent.Engines.Runs;

namespace Agent.Engines.Answers;

/// <summary>
/// Compares the answers of a busy engine with its own past: garbage seldom ends by itself, and drafts do not fit it. Unusual
/// requests look the same, so this is only a hint. A hint makes the agent ask a canary at once, and the canary decides.
/// After a right canary the answers seen so far become part of the past. This class cannot see garbage of the usual length.
/// </summary>
internal sealed class AnswerTrack
{
    /// <summary>The number of rows of answers that make a past to compare with.</summary>
    private const int Learned = 5;

    /// <summary>A row counts for at least this share (one in so many) of the past.</summary>
    private const int Memory = 10;

    private EngineRun? _run;
    private AnswerCounts? _row;
    private AnswerShape? _newest;
    private AnswerShape _usual = new(null, null, null);
    private int _rows;

    /// <summary>The far difference, until another row of answers or a canary says otherwise.</summary>
    public string? Hint { get; private set; }

    /// <summary>The state in words. Null before the first row of answers is whole.</summary>
    public string? Text => Hint ?? _newest?.Text();

    /// <param name="run">The run that gave the answers.</param>
    /// <param name="since">Answers since the previous look, without those of canaries. Null when the counters began anew.</param>
    public void Take(EngineRun run, AnswerCounts? since)
    {
        if (_run != run)
            (_run, _row, _newest, _usual, _rows, Hint) = (run, null, null, new AnswerShape(null, null, null), 0, null);
        if (since is null)
        {
            _row = null;
            return;
        }

        _row = _row is null ? since : _row.Plus(since);
        if (since.Corrupted > 0)
            Hint = "answers with log-probabilities that are no numbers";
        if (!AnswerShape.IsEnough(_row))
            return;
        var corrupted = _row.Corrupted > 0 ? Hint : null;
        (_newest, _row) = (AnswerShape.Of(_row), null);
        Hint = corrupted ?? (_rows < Learned ? null : _newest.Differs(_usual));
        if (Hint is null)
            Learn(_newest);
    }

    /// <summary>A canary was right: the engine answers rightly, whatever requests it gets now.</summary>
    public void Proven()
    {
        if (Hint is not null && _newest is not null)
            Learn(_newest);
        Hint = null;
    }

    private void Learn(AnswerShape shape)
    {
        _rows++;
        var weight = 1.0 / Math.Min(_rows, Memory);
        _usual = new AnswerShape(
            Near(_usual.Ended, shape.Ended, weight),
            Near(_usual.Length, shape.Length, weight),
            Near(_usual.Acceptance, shape.Acceptance, weight));
    }

    private static double? Near(double? usual, double? seen, double weight) => usual is null ? seen : seen is null ? usual : usual + ((seen - usual) * weight);
}
