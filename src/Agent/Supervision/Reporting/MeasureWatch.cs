using Agent.Adapters;
using Agent.Storage;

namespace Agent.Supervision.Reporting;

/// <summary>Writes once a minute what looks measured. What the disk does not take is gone: the journal tells of the disk.</summary>
internal sealed class MeasureWatch(MeasureBook book, MeasureWriter writer, TimeProvider clock)
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(WriteEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
                await Task.Run(Write, cancellation);
        }
        finally
        {
            Write();
            writer.Dispose();
        }
    }

    private void Write()
    {
        if (book.Drain() is { IsEmpty: false } batch)
            writer.Write(batch, clock.HostNow());
    }
}
