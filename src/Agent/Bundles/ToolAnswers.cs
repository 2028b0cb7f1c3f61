using System.Globalization;
using Agent.Adapters;
using Agent.Adapters.Processes;
using Agent.Domain;

namespace Agent.Bundles;

/// <summary>
/// Asks a tool one question after the other while there is time. After a call that did not end, or when the time is over, the tool is not asked
/// again. The last answer that it gave to a probe then takes the place, under a line that tells its time and why it is there.
/// </summary>
internal sealed class ToolAnswers(BundleFolder folder, TimeProvider clock, CancellationToken cancellation) : IDisposable
{
    // The share of the source's time for asking; the rest is for writing down known answers. A short time is only for that.
    private const double ShareOfAsking = 0.8;

    private static readonly TimeSpan TooShort = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _over = new(folder.Time < TooShort ? TimeSpan.Zero : folder.Time * ShareOfAsking, clock);
    private string? _why;
    private int _asked;
    private int _older;
    private int _none;
    private TimeSpan _oldest;

    /// <summary>The end of the call that stopped the asking; null while it goes on.</summary>
    public ProcessEnd? End { get; private set; }

    /// <param name="ask">Asks the tool now.</param>
    /// <param name="last">Gives the last answer to the same question.</param>
    /// <returns>The text for the bundle; null when there is none, old or new.</returns>
    public async Task<string?> AskAsync(Func<CancellationToken, Task<ProcessResult>> ask, Func<LastAnswer?> last)
    {
        _asked++;
        var result = _why is null ? await RunAsync(ask) : null;
        if (result is { End: ProcessEnd.Exited })
            return result.Output + result.Error;
        if (last() is not { } older)
        {
            _none++;
            return result?.Describe();
        }

        _older++;
        _oldest = older.Age > _oldest ? older.Age : _oldest;
        var at = clock.HostNow() - older.Age;
        var heading = string.Create(CultureInfo.InvariantCulture, $"answer of {at:u}, {Durations.Text(older.Age)} old: {_why}");
        return $"{heading}\n{older.Result.Output}{older.Result.Error}";
    }

    /// <summary>Tells in the manifest which answers are old or missing.</summary>
    public void Tell()
    {
        if (_why is null)
            return;
        List<string> parts = [_why];
        if (_older > 0)
            parts.Add($"{_older} of {_asked} answers are older ones, up to {Durations.Text(_oldest)} old");
        if (_none > 0 && _asked > 1)
            parts.Add($"{_none} of {_asked} answers are missing");
        folder.Note(string.Join("; ", parts));
    }

    public void Dispose() => _over.Dispose();

    private async Task<ProcessResult?> RunAsync(Func<CancellationToken, Task<ProcessResult>> ask)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, cancellation);
        try
        {
            both.Token.ThrowIfCancellationRequested();
            var result = await ask(both.Token);
            if (result.End != ProcessEnd.Exited)
                (_why, End) = (result.Describe(), result.End);
            return result;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            (_why, End) = ("out of time", ProcessEnd.TimedOut);
            return null;
        }
    }
}
