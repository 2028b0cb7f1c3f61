using System.Text;
using Agent.Adapters.Processes;
using Agent.Engines.Kinds;

namespace Agent.Tests.Engines.Kinds;

/// <summary>Where a run begins in a file that holds others before it.</summary>
public sealed class RunMarkTests : IDisposable
{
    private static readonly ProcessId Main = new(4711, 567890);

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(1)]
    [InlineData(64 * 1024 - 100)]
    [InlineData(64 * 1024 - 1)]
    [InlineData(64 * 1024)]
    [InlineData(200_000)]
    public void A_run_begins_behind_its_mark_wherever_that_lies(int before)
    {
        var mark = RunMark.Of(Main);
        Begin([.. Enumerable.Repeat((byte)'x', before), .. mark, .. "its own\n"u8]).ShouldBe(before + mark.Length);
    }

    [Fact]
    public void The_mark_of_another_process_or_of_an_earlier_one_with_the_same_number_is_none() =>
        Begin([.. "first\n"u8, .. RunMark.Of(new ProcessId(4711, 56789)), .. RunMark.Of(new ProcessId(471, 567890)), .. "x\n"u8]).ShouldBe(0);

    [Fact]
    public void A_file_without_a_mark_and_no_file_are_read_from_the_start()
    {
        Begin("first\n"u8.ToArray()).ShouldBe(0);
        Begin([]).ShouldBe(0);
        RunMark.BeginOf(_folder.File("none.log"), Main).ShouldBe(0);
    }

    [Fact]
    public void A_head_of_any_size_that_was_freed_is_passed_over()
    {
        var mark = RunMark.Of(Main);
        using (var file = new FileStream(_folder.File("run.log"), FileMode.Create))
        {
            // A hole, as a freed head is one.
            file.Position = 8L << 40;
            file.Write([.. "first\n"u8, .. mark, .. "its own\n"u8]);
        }

        RunMark.BeginOf(_folder.File("run.log"), Main).ShouldBe((8L << 40) + 6 + mark.Length);
    }

    [Fact]
    public void A_mark_stands_in_a_line_of_its_own() =>
        Encoding.UTF8.GetString(RunMark.Of(Main)).ShouldBe("\nnpu-agent: process 4711, started 567890 ticks after boot, begins here\n");

    public void Dispose() => _folder.Dispose();

    private long Begin(byte[] text)
    {
        File.WriteAllBytes(_folder.File("run.log"), text);
        return RunMark.BeginOf(_folder.File("run.log"), Main);
    }
}
