using System.Text;
using Agent.Adapters.Logs;

namespace Agent.Tests.Adapters;

public sealed class LogFollowerTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void New_lines_come_once_and_a_line_only_when_it_is_whole()
    {
        var follower = new LogFollower(_path);
        Add("one\ntwo");
        follower.ReadNew().ShouldBe(["one"]);
        Add(" more\n");
        follower.ReadNew().ShouldBe(["two more"]);
        follower.ReadNew().ShouldBeEmpty();
    }

    [Fact]
    public void Progress_bars_are_read_before_their_line_ends()
    {
        var follower = new LogFollower(_path);
        Add("\rshards: 10%\rshards: 20%\r");
        follower.ReadNew().ShouldBe(["shards: 10%", "shards: 20%"]);
    }

    [Fact]
    public void A_huge_line_is_cut_and_what_follows_is_read()
    {
        var follower = new LogFollower(_path, lineBytes: 100, backlogBytes: 64 * 1024 * 1024);
        Add(new string('x', 10 * 1024 * 1024) + "\nnext\n");
        var lines = follower.ReadNew();
        lines.Count.ShouldBe(2);
        lines[0].Length.ShouldBe(100 + " [cut]".Length);
        lines[1].ShouldBe("next");
        follower.SkippedBytes.ShouldBe((10 * 1024 * 1024) - 100);
    }

    [Fact]
    public void Of_a_long_backlog_the_newest_part_is_read_and_the_rest_counted()
    {
        var follower = new LogFollower(_path, backlogBytes: 1000);
        Add(string.Concat(Enumerable.Range(0, 1000).Select(i => $"line {i}\n")));
        var lines = follower.ReadNew();
        lines[^1].ShouldBe("line 999");
        lines[0].ShouldStartWith("[skipped] ");
        follower.SkippedBytes.ShouldBeGreaterThan(7000);
    }

    [Fact]
    public void Broken_UTF8_is_replaced()
    {
        var follower = new LogFollower(_path);
        using (var file = new FileStream(_path, FileMode.Append))
            file.Write([0xff, 0xfe, (byte)'o', (byte)'k', 0xc3, (byte)'\n']);
        follower.ReadNew().ShouldHaveSingleItem().ShouldContain("ok");
    }

    [Fact]
    public void A_truncated_file_is_read_from_its_start()
    {
        var follower = new LogFollower(_path);
        Add("a long first content\n");
        follower.ReadNew();
        File.WriteAllText(_path, "new\n");
        follower.ReadNew().ShouldBe(["new"]);
    }

    [Fact]
    public void What_stands_before_its_begin_is_never_read()
    {
        Add("of another\nown\n");
        var follower = new LogFollower(_path) { Begin = "of another\n".Length };
        follower.ReadNew().ShouldBe(["own"]);
        File.WriteAllText(_path, "of ano");
        follower.ReadNew().ShouldBeEmpty();
        Add("ther\nown again\n");
        follower.ReadNew().ShouldBe(["own again"]);
    }

    [Fact]
    public void A_file_that_is_not_there_yet_is_no_trouble()
    {
        File.Delete(_path);
        var follower = new LogFollower(_path);
        follower.ReadNew().ShouldBeEmpty();
        Add("there\n");
        follower.ReadNew().ShouldBe(["there"]);
    }

    private void Add(string text) => File.AppendAllText(_path, text, new UTF8Encoding(false));
}
