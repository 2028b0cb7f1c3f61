using Agent.Adapters.Files;
using Agent.Engines.Logs;

namespace Agent.Tests.Engines.Logs;

public sealed class EngineLogBoundsTests
{
    [Fact]
    public async Task Every_line_of_an_engine_that_floods_its_log_is_there_once()
    {
        using var engine = new FloodingEngine(lines: 600, parts: 1000);
        await engine.LookUntilItEndsAsync();
        engine.Kept().First.ShouldBe(1);
        engine.Seen.ShouldBe(600_000);
        EngineLogPart.Of(engine.Log).Count.ShouldBeGreaterThan(20);
        engine.Bounds.Look().Problem.ShouldBeNull();
    }

    [Fact]
    public async Task The_oldest_lines_go_and_the_disk_holds_no_more_than_is_configured()
    {
        using var engine = new FloodingEngine(lines: 600, parts: 10);
        while (engine.IsRunning)
        {
            var before = new FileInfo(engine.Log).Length;
            await engine.LookAsync();
            var taken = await engine.DiskBytesAsync();
            taken.ShouldBeLessThan((11 * FloodingEngine.PartBytes) + new FileInfo(engine.Log).Length - before, "what is kept, and what came meanwhile");
        }

        await engine.LookAsync();
        (await engine.DiskBytesAsync()).ShouldBeLessThan(11 * FloodingEngine.PartBytes);
        engine.Kept().First.ShouldBeGreaterThan(400_000);
        new FileInfo(engine.Log).Length.ShouldBeGreaterThan(3_000_000, "what the engine sees as the end of its file stays");
    }

    [Fact]
    public async Task Another_agent_goes_on_where_the_one_before_ended()
    {
        using var engine = new FloodingEngine(lines: 600, parts: 1000);
        while (engine.IsRunning)
        {
            await engine.LookAsync();
            if (engine.Seen > 200_000)
                engine.Adopt();
        }

        await engine.LookAsync();
        engine.Kept().First.ShouldBe(1);
    }

    [Fact]
    public async Task An_agent_that_died_between_copying_and_freeing_leaves_no_line_twice()
    {
        var dies = true;
        using var engine = new FloodingEngine(lines: 200, parts: 1000, free: (file, bytes) => !dies && FileHead.TryFree(file, bytes));
        while (EngineLogPart.Of(engine.Log).Count == 0)
            await engine.LookAsync();
        dies = false;
        engine.Adopt();
        await engine.LookUntilItEndsAsync();
        engine.Kept().First.ShouldBe(1);
    }

    [Fact]
    public async Task Where_a_head_cannot_be_freed_the_log_is_copied_and_emptied()
    {
        using var engine = new FloodingEngine(lines: 600, parts: 1000, free: (_, _) => false, halts: true);
        await engine.LookUntilItEndsAsync();
        engine.Kept().First.ShouldBe(1);
        engine.Seen.ShouldBe(600_000);
        new FileInfo(engine.Log).Length.ShouldBeLessThan(2_000_000);
        var state = engine.Bounds.Look();
        state.Problem!.ShouldContain("cannot free the head of a file");
        state.Overflow.ShouldBeNull();
    }

    [Fact]
    public async Task A_log_that_cannot_be_shortened_is_told_with_the_reason()
    {
        using var engine = new FloodingEngine(lines: 600, parts: 8, free: (_, _) => throw new IOException("of no use"));
        await engine.LookUntilItEndsAsync();
        var state = engine.Bounds.Look();
        state.Overflow.ShouldBe("4 MiB of logs are there, 1 MiB are wanted");
        state.Trouble.ShouldBe("; the log is not kept within its bounds: of no use");
    }

    [Fact]
    public async Task What_an_open_incident_needs_stays_until_there_is_twice_as_much()
    {
        using var engine = new FloodingEngine(lines: 600, parts: 20);
        engine.Hold.Set(TimeProvider.System.GetUtcNow(), isFloodTold: false);
        while (engine.Seen < 400_000)
            await engine.LookAsync();
        engine.Hold.LostBytes.ShouldBe(0);
        EngineLogPart.Of(engine.Log)[0].Place.ShouldBe(0, "more than 20 parts came, and the first is there");
        await engine.LookUntilItEndsAsync();
        engine.Kept().First.ShouldBe(1);
        engine.Hold.Set(null, isFloodTold: false);
        new EngineLogRoom(engine.Folder, new(FloodingEngine.PartBytes, 20, TimeSpan.FromMinutes(6)), engine.Hold).Make(engine.Log);
        (await engine.DiskBytesAsync()).ShouldBeLessThan(21 * FloodingEngine.PartBytes);
    }

    [Fact]
    public async Task What_has_to_go_although_an_incident_is_open_is_counted()
    {
        using var engine = new FloodingEngine(lines: 600, parts: 8);
        engine.Hold.Set(TimeProvider.System.GetUtcNow(), isFloodTold: false);
        await engine.LookUntilItEndsAsync();
        engine.Kept().First.ShouldBeGreaterThan(1);
        engine.Hold.LostBytes.ShouldBeGreaterThan(0);
        (await engine.DiskBytesAsync()).ShouldBeLessThan(17 * FloodingEngine.PartBytes);
    }

    [Fact]
    public async Task A_flood_that_another_agent_told_is_not_over_for_the_next_agent()
    {
        using var engine = new FloodingEngine(lines: 1, parts: 8);
        await engine.LookUntilItEndsAsync();
        engine.Bounds.Look().Flood.ShouldBeNull();
        engine.Hold.Set(null, isFloodTold: true);
        engine.Adopt();
        await engine.LookAsync();
        engine.Bounds.Look().Flood!.Text.ShouldContain("is not known yet");
    }

    [Fact]
    public async Task A_log_that_is_begun_anew_keeps_what_it_had()
    {
        using var engine = new FloodingEngine(lines: 200, parts: 1000);
        await engine.LookUntilItEndsAsync();
        engine.Bounds.SetAside();
        File.WriteAllText(engine.Log, "200001\n");
        var parts = EngineLogPart.Of(engine.Log);
        parts[^1].End.ShouldBe(0);
        EngineLogPart.BeginOf(parts, firstData: 0, length: 7).ShouldBe(0);
        parts.Sum(p => p.Length).ShouldBe(Enumerable.Range(1, 200_000).Sum(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture).Length + 1));
    }
}
