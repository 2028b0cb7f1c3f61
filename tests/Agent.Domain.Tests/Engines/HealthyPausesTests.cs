using Agent.Domain.Engines;

namespace Agent.Domain.Tests.Engines;

public sealed class HealthyPausesTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(0, 0, true, 120)]
    [InlineData(29, 20, true, 120)]
    [InlineData(30, 0, true, 50)]
    [InlineData(600, 0, false, 120)]
    [InlineData(600, 9, false, 120)]
    [InlineData(60, 10, false, 50)]
    [InlineData(60, 16, false, 50)]
    [InlineData(60, 25, false, 75)]
    [InlineData(60, 25, true, 75)]
    [InlineData(60, 45, true, 120)]
    public void Patience_is_a_multiple_of_what_was_seen_and_the_grace_time_until_enough_was_seen(double minutes, double longest, bool readsInParts,
        double expected) =>
        new HealthyPauses(TimeSpan.FromMinutes(minutes), TimeSpan.FromSeconds(longest), TimeSpan.Zero).Patience(Grace,
            readsInParts).ShouldBe(TimeSpan.FromSeconds(expected));

    [Theory]
    [InlineData(0, 12)]
    [InlineData(5, 12)]
    [InlineData(20, 40)]
    [InlineData(100, 120)]
    public void Pauses_with_idle_chips_make_it_patient_at_once(double longestIdle, double expected) =>
        new HealthyPauses(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(longestIdle)).IdlePatience(TimeSpan.FromSeconds(12),
            Grace).ShouldBe(TimeSpan.FromSeconds(expected));

    [Fact]
    public void A_standstill_that_was_a_hang_teaches_nothing_and_a_shorter_pause_takes_nothing_back()
    {
        var learned = HealthyPauses.None.After(TimeSpan.FromSeconds(30), idle: false, Grace).After(TimeSpan.FromSeconds(120), idle: true,
            Grace).After(TimeSpan.FromSeconds(10), idle: true, Grace);
        learned.Longest.ShouldBe(TimeSpan.FromSeconds(30));
        learned.LongestIdle.ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(10, true, 30, 20)]
    [InlineData(25, true, 30, 25)]
    [InlineData(25, false, 30, 20)]
    [InlineData(40, true, 40, 40)]
    [InlineData(40, false, 40, 20)]
    public void A_pause_counts_where_it_is_the_longest_of_its_kind(double pause, bool idle, double longest, double longestIdle)
    {
        var learned = new HealthyPauses(TimeSpan.FromHours(1), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(20))
            .After(TimeSpan.FromSeconds(pause), idle, Grace);
        learned.ShouldBe(new HealthyPauses(TimeSpan.FromHours(1), TimeSpan.FromSeconds(longest), TimeSpan.FromSeconds(longestIdle)));
    }

    [Fact]
    public void A_grace_time_shorter_than_the_floor_stays_the_limit() =>
        new HealthyPauses(TimeSpan.FromHours(1), TimeSpan.FromSeconds(30), TimeSpan.Zero).Patience(TimeSpan.FromSeconds(4),
            readsInParts: true).ShouldBe(TimeSpan.FromSeconds(4));
}
