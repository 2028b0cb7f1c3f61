using Agent.Adapters.Kernel;
using Agent.Adapters.Processes;
using Agent.Tests.Bundles;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Adapters;

/// <summary>Entries in the form of <c>journalctl -k -o json</c> of systemd 252, with most of its fields left out.</summary>
public sealed class KernelJournalTests
{
    private const int Limit = 3;

    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly Queue<string> _answers = new();
    private readonly AnsweringProcesses _processes;
    private readonly KernelJournal _journal;

    public KernelJournalTests()
    {
        _processes = new AnsweringProcesses(_ => _answers.TryDequeue(out var answer) ? (ProcessEnd.Exited, 0, answer)
            : (ProcessEnd.Exited, 1, "Failed to seek to cursor: Invalid argument"));
        _journal = new KernelJournal(_processes, TimeSpan.FromSeconds(5), _clock);
    }

    [Fact]
    public async Task It_goes_on_after_the_last_line_that_it_saw()
    {
        (await ReadAsync()).New.ShouldBeEmpty();
        (await ReadAsync(Entry(0x1f0, "\"[ascend] [devmm] [ERROR] text\"", 3))).New.ShouldBe([new KernelLine(3, "[ascend] [devmm] [ERROR] text")]);
        (await ReadAsync()).New.ShouldBeEmpty();
        _processes.Calls.ShouldBe(
        [
            "journalctl -k --no-pager -q -o json -n 3 --since @1772334000",
            "journalctl -k --no-pager -q -o json -n 3 --since @1772334000",
            "journalctl -k --no-pager -q -o json -n 3 --after-cursor 's=ab;i=1f0;b=cd;m=1;t=2;x=3'",
        ]);
    }

    [Fact]
    public async Task Messages_that_are_no_text_or_too_long_or_cut_do_no_harm() =>
        (await ReadAsync(Entry(1, "[110,112,117,255]") + Entry(2, "null") + "{\"__CURSOR\":\"s=ab;i=3;b=c\",\"MESS")).New.Select(l => l.Text)
            .ShouldBe(["npu\uFFFD", ""]);

    [Fact]
    public async Task What_is_beyond_the_limit_is_counted_by_the_numbers_of_the_entries()
    {
        (await ReadAsync(Entry(10, "\"first\""))).Skipped.ShouldBe(0);
        (await ReadAsync(Entry(12, "\"two\""))).Skipped.ShouldBe(0, "another program's entry lies between");
        (await ReadAsync(Entry(1000, "\"a\"") + Entry(1001, "\"b\"") + Entry(1002, "\"c\""))).Skipped.ShouldBe(1000 - 12 - 1);
    }

    [Fact]
    public async Task A_cursor_that_is_gone_is_told_and_given_up()
    {
        await ReadAsync(Entry(10, "\"first\""));
        (await Should.ThrowAsync<IOException>(() => _journal.ReadNewAsync(Limit, CancellationToken.None))).Message.ShouldContain("Failed to seek to cursor");
        await ReadAsync();
        _processes.Calls[^1].ShouldContain("--since");
    }

    private Task<KernelLines> ReadAsync(string answer = "")
    {
        _answers.Enqueue(answer);
        return _journal.ReadNewAsync(Limit, CancellationToken.None);
    }

    private static string Entry(int number, string message, int priority = 6) =>
        $$"""{"__CURSOR":"s=ab;i={{number:x}};b=cd;m=1;t=2;x=3","__REALTIME_TIMESTAMP":"1772334000000000","_TRANSPORT":"kernel","SYSLOG_IDENTIFIER":"kernel","PRIORITY":"{{priority}}","MESSAGE":{{message}}}""" + "\n";
}
