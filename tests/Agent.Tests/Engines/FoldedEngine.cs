using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Probes;

namespace Agent.Tests.Engines;

/// <summary>One engine as the loop knows it: what looks bring is folded, judged and published.</summary>
internal sealed class FoldedEngine(SupervisedEngine engine, TimeProvider clock, EngineLimits? limits = null)
{
    private readonly EngineLimits _limits = limits ?? new EngineLimits();

    public HostPicture Picture { get; private set; } = HostPicture.Empty;

    public EngineInView View => Picture.Engine(engine.Settings.Subject);

    public EngineSigns Signs => View.Of(engine.Handle.Run?.Id);

    public async Task<Observation> LookAsync(IProbe probe)
    {
        var seen = (await probe.LookAsync(Bring, CancellationToken.None)).ShouldHaveSingleItem();
        Fold(Picture.With(seen));
        return seen;
    }

    public void Bring(EngineSign sign, bool judges) => Fold(Picture.With(engine.Settings.Subject, sign), judges);

    /// <summary>The newest verdict as an observation.</summary>
    public Observation Verdict() => View.Newest.ShouldNotBeNull().Seen(engine.Settings.Subject, null, TimeSpan.FromSeconds(11));

    private ValueTask Bring(EngineSign sign)
    {
        Bring(sign, judges: true);
        return ValueTask.CompletedTask;
    }

    private void Fold(HostPicture picture, bool judges = true)
    {
        Picture = judges ? picture.Judged(engine.Settings.Subject, engine.Handle.Wanted, _limits, clock.GetUtcNow()) : picture;
        engine.Signs.Publish(View);
    }
}
