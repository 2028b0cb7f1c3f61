using Agent.Engines.Logs;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines.Logs;

public sealed class LogFloodTests
{
    private const long Mebibyte = 1024 * 1024;
    private const double Limit = 20 * 1024;

    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly EngineLogFlow _flow;
    private long _length;

    public LogFloodTests() => _flow = new EngineLogFlow(TimeSpan.FromMinutes(6), _clock);

    [Fact]
    public void A_steady_flood_is_told_after_the_time_that_is_configured()
    {
        Print(TimeSpan.FromMinutes(5.5), 12 * Mebibyte);
        _flow.Floods(Limit, isTold: false).ShouldBeFalse();
        Print(TimeSpan.FromMinutes(1), 12 * Mebibyte);
        _flow.Floods(Limit, isTold: false).ShouldBeTrue();
        _flow.Newest!.Value.ShouldBe(12 * Mebibyte, tolerance: 1);
    }

    [Fact]
    public void A_burst_is_no_flood_and_a_pause_ends_none()
    {
        Print(TimeSpan.FromMinutes(10), 1024);
        Print(TimeSpan.FromMinutes(3), 40 * Mebibyte);
        _flow.Floods(Limit, isTold: false).ShouldBeFalse();
        Print(TimeSpan.FromMinutes(10), 1024);
        _flow.Floods(Limit, isTold: false).ShouldBeFalse();
        Print(TimeSpan.FromMinutes(7), Mebibyte);
        _flow.Floods(Limit, isTold: false).ShouldBeTrue();
        Print(TimeSpan.FromMinutes(2), 1024);
        _flow.Floods(Limit, isTold: true).ShouldBeTrue();
        Print(TimeSpan.FromMinutes(7), 1024);
        _flow.Floods(Limit, isTold: true).ShouldBeFalse();
    }

    [Theory]
    [InlineData(12 * Mebibyte)]
    [InlineData(1024)]
    [InlineData(0)]
    public void A_flood_that_was_told_before_the_agent_started_goes_on_until_the_speed_is_known(double rate)
    {
        _length = 100_000 * Mebibyte;
        _flow.Floods(Limit, isTold: true).ShouldBeTrue();
        _flow.Newest.ShouldBeNull();
        Print(TimeSpan.FromMinutes(5.5), rate);
        _flow.Floods(Limit, isTold: true).ShouldBeTrue();
        Print(TimeSpan.FromMinutes(1), rate);
        _flow.Floods(Limit, isTold: true).ShouldBe(rate > Limit);
    }

    [Fact]
    public void A_flood_that_was_told_and_pauses_while_the_agent_starts_is_not_over()
    {
        Print(TimeSpan.FromMinutes(2), 0);
        Print(TimeSpan.FromMinutes(6), Mebibyte);
        _flow.Floods(Limit, isTold: true).ShouldBeTrue();
    }

    [Fact]
    public void What_was_there_before_the_first_look_was_not_printed_now()
    {
        _length = 100_000 * Mebibyte;
        Print(TimeSpan.FromMinutes(10), 1024);
        _flow.Floods(Limit, isTold: false).ShouldBeFalse();
    }

    [Fact]
    public void A_log_that_begins_anew_is_counted_anew()
    {
        Print(TimeSpan.FromMinutes(10), 1024);
        _length = 0;
        Print(TimeSpan.FromMinutes(10), 1024);
        _flow.Newest!.Value.ShouldBe(1024, tolerance: 1);
    }

    [Fact]
    public void The_line_that_repeats_is_named_whatever_its_numbers_are()
    {
        var shapes = new LineShapes();
        for (var i = 0; i < 100_000; i++)
        {
            shapes.Add($"WARNING 11-24 10:00:{i % 60:00} token {i} is out of the vocabulary");
            if (i % 4 == 0)
                shapes.Add($"seldom {(char)('a' + (i % 26))}{(char)('a' + (i / 26 % 26))}{(char)('a' + (i / 676 % 26))}");
        }

        var (example, share) = shapes.Most()!.Value;
        example.ShouldStartWith("WARNING 11-24 10:00:");
        share.ShouldBe(0.8, tolerance: 0.01);
    }

    [Fact]
    public void What_is_told_has_the_figures_that_a_person_needs() =>
        new LogFlood(12 * Mebibyte, 2048 * Mebibyte, DiskLimits: false, ("WARNING token 1", 0.934)).Text
            .ShouldBe("the log grows by 12 MiB a second; 2 GiB are kept, the last 2m50s of it; 93 % of the lines are like: WARNING token 1");

    [Fact]
    public void A_flood_whose_speed_is_not_known_yet_names_no_speed() =>
        new LogFlood(null, 2048 * Mebibyte, DiskLimits: false, null).Text
            .ShouldBe("the log was flooded, and how fast it grows now is not known yet; 2 GiB are kept");

    private void Print(TimeSpan time, double rate)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(10))
        {
            _flow.See(_length);
            _clock.Advance(TimeSpan.FromSeconds(10));
            _length += (long)(10 * rate);
        }

        _flow.See(_length);
    }
}
