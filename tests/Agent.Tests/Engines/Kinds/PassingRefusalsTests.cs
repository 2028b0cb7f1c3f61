using Agent.Engines.Kinds;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines.Kinds;

public sealed class PassingRefusalsTests
{
    private static readonly KindRefusal Passing = new(RefusalClass.Passes, "removal is in progress");

    private readonly FakeTimeProvider _clock = new();
    private readonly List<DateTimeOffset> _tried = [];
    private readonly List<string> _told = [];

    [Fact]
    public async Task What_passes_is_tried_again_with_growing_pauses_until_it_has_passed()
    {
        (await RunAsync(TimeSpan.FromMinutes(3), [Passing, Passing, Passing, null])).ShouldBeNull();
        Pauses().ShouldBe([1, 2, 4]);
        _told.ShouldBe(["removal is in progress; tried again in 1s", "removal is in progress; tried again in 2s", "removal is in progress; tried again in 4s"]);
    }

    [Fact]
    public async Task It_is_given_up_after_the_limit_and_the_tries_are_told()
    {
        var refusal = await RunAsync(TimeSpan.FromMinutes(3), [.. Enumerable.Repeat(Passing, 100)]);
        refusal!.Class.ShouldBe(RefusalClass.Passes);
        refusal.Text.ShouldBe("removal is in progress (refused 10 times in 2m31s)");
        Pauses().Max().ShouldBe(30);
    }

    [Fact]
    public async Task What_somebody_waits_for_is_done_once() => (await RunAsync(TimeSpan.Zero, [Passing])).ShouldBe(Passing);

    [Theory]
    [InlineData(nameof(RefusalClass.Person))]
    [InlineData(nameof(RefusalClass.Configuration))]
    public async Task What_does_not_pass_is_not_tried_again(string of)
    {
        var refusal = new KindRefusal(Enum.Parse<RefusalClass>(of), "masked");
        (await RunAsync(TimeSpan.FromMinutes(3), [refusal])).ShouldBe(refusal);
        (await RunAsync(TimeSpan.FromMinutes(3), [Passing, refusal]))!.Class.ToString().ShouldBe(of);
    }

    private IEnumerable<double> Pauses() => _tried.Zip(_tried.Skip(1), (a, b) => (b - a).TotalSeconds);

    private async Task<KindRefusal?> RunAsync(TimeSpan limit, IReadOnlyList<KindRefusal?> answers)
    {
        _tried.Clear();
        var run = PassingRefusals.OutlastAsync(Attempt, limit, _told.Add, _clock, CancellationToken.None);
        // Everything before a pause is done on this thread, so each step of the clock ends one pause.
        for (var steps = 0; !run.IsCompleted && steps < 1000; steps++)
            _clock.Advance(TimeSpan.FromSeconds(1));
        return await run;

        Task<KindRefusal?> Attempt()
        {
            _tried.Add(_clock.GetUtcNow());
            return Task.FromResult(answers[_tried.Count - 1]);
        }
    }
}
