using Agent.Domain.Observations;
using Agent.Probes;

namespace Agent.Tests.Probes;

public sealed class ScheduledProbeTests
{
    // Monitoring must not make a sick driver sicker; an engine is looked at however slow it is.
    [Theory]
    [InlineData(true, 1, 0)]
    [InlineData(true, 4, 0)]
    [InlineData(true, 5, 20)]
    [InlineData(true, 10, 40)]
    [InlineData(true, 60, 120)]
    [InlineData(false, 10, 0)]
    public void A_slow_look_at_the_driver_is_followed_by_a_rest(bool asksDriver, int seconds, int rest) =>
        new ScheduledProbe(new Looker(asksDriver), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15)).RestAfter(TimeSpan.FromSeconds(seconds)).ShouldBe(TimeSpan.FromSeconds(rest));

    private sealed class Looker(bool asksDriver) : IProbe
    {
        public string Name => "looker";

        public Subject Subject => Subject.Host;

        public bool AsksDriver => asksDriver;

        public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Observation>>([]);
    }
}
