using System.Text;
using Agent.Adapters.Files;
using Agent.Adapters.Logs;
using Agent.Configuration.Engines;
using Agent.Engines.Drift;
using Agent.Engines.Logs;
using Agent.Engines.Runs;
using Agent.ForeignText;

namespace Agent.Tests.Engines.Logs;

public sealed class EngineLogTextTests : IDisposable
{
    private const int PartBytes = 64 * 1024;

    private readonly TemporaryFolder _folder = new();
    private readonly string _log;

    public EngineLogTextTests()
    {
        _log = _folder.File("a.log");
        File.WriteAllText(_log, "INFO non-default args: {'max_model_len': 4096}\n" + Lines(1, 20_000));
    }

    [Fact]
    public async Task What_is_moved_while_it_is_read_is_read_in_its_part()
    {
        var whole = File.ReadAllText(_log);
        using var text = EngineLogText.Open(PlainFolder.Find(_folder.Path)!, _log);
        await MoveAsync();
        FirstByte().ShouldBe(0);
        Read(text).ShouldBe(whole);
        using var after = EngineLogText.Open(PlainFolder.Find(_folder.Path)!, _log);
        Read(after).ShouldBe(whole);
    }

    [Fact]
    public async Task The_end_of_a_log_may_reach_into_its_parts()
    {
        var whole = File.ReadAllText(_log);
        await MoveAsync();
        using var text = EngineLogText.Open(PlainFolder.Find(_folder.Path)!, _log);
        text.Position = text.Length - (3 * PartBytes);
        Read(text).ShouldBe(whole[^(3 * PartBytes)..]);
    }

    [Fact]
    public async Task The_options_of_the_start_are_found_in_the_first_part()
    {
        await MoveAsync();
        EngineArguments.InLog(Run)!.Values["max_model_len"].ShouldBe("4096");
    }

    [Fact]
    public void A_freed_head_of_any_size_is_passed_over_at_once()
    {
        const long Head = 1L << 40;
        using (var file = new FileStream(_log, FileMode.Create))
        {
            file.SetLength(Head);
            file.Position = Head + 10;
            file.Write("one\ntwo\n"u8);
        }

        new LogFollower(_log, backlogBytes: int.MaxValue).ReadNew().TakeLast(2).ShouldBe(["one", "two"]);
        EngineArguments.InLog(Run).ShouldBeNull();
    }

    private EngineRun Run => new(1, 1, "boot", Story.Start, _log, "vllm serve");

    public void Dispose() => _folder.Dispose();

    private async Task MoveAsync()
    {
        var settings = new EngineLogSettings(PartBytes, 100, TimeSpan.FromMinutes(6));
        var bounds = new EngineLogBounds(_log, settings, new EngineLogRoom(new EngineFolder(_folder.Path, _folder.Path), settings, new EngineLogHold()),
            FileHead.TryFree, TextGate.OfPatterns, TimeProvider.System);
        var length = new FileInfo(_log).Length;
        bounds.KeepUp(length, () => length).ShouldBeFalse();
        await bounds.Moving;
        EngineLogPart.Of(_log).ShouldNotBeEmpty();
    }

    private int FirstByte()
    {
        using var file = File.OpenRead(_log);
        return file.ReadByte();
    }

    private static string Lines(int first, int count)
    {
        var text = new StringBuilder();
        for (var i = first; i < first + count; i++)
            text.Append("INFO line ").Append(i).Append('\n');
        return text.ToString();
    }

    private static string Read(EngineLogText text) => new StreamReader(text, leaveOpen: true).ReadToEnd();
}
