using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Probes.Npu;

namespace Agent.Tests.Probes;

public sealed class ChipMemoryProbeTests
{
    private static readonly Subject First = Subject.Chip(0, 0);

    private readonly SmallBoard _board = new();
    private readonly ChipMemoryProbe _probe;

    public ChipMemoryProbeTests() => _probe = new ChipMemoryProbe(_board.NpuSmi, SmallBoard.Limits, _board.Clock);

    [Fact]
    public async Task A_chip_without_errors_is_healthy_with_its_counts_as_measures()
    {
        var seen = await LookAsync();
        seen.Verdict.ShouldBe(Verdict.Healthy);
        seen.Identity.ShouldBe("0000:C1:00.0");
        seen.Measures["memory_double_bit_errors"].ShouldBe(0);
    }

    [Fact]
    public async Task A_new_double_bit_error_is_a_fault_for_the_window_and_an_old_one_is_none()
    {
        _board.Errors(0, doubleBit: 2);
        var first = await LookAsync();
        first.Verdict.ShouldBe(Verdict.Healthy);
        first.Summary.ShouldContain("2 double-bit errors");

        _board.Errors(0, doubleBit: 3);
        (await LookAsync()).Fault.ShouldBe(FaultCodes.MemoryUncorrectable);
        _board.Clock.Advance(TimeSpan.FromMinutes(59));
        (await LookAsync()).Fault.ShouldBe(FaultCodes.MemoryUncorrectable);
        _board.Clock.Advance(TimeSpan.FromMinutes(2));
        (await LookAsync()).Verdict.ShouldBe(Verdict.Healthy);
    }

    [Fact]
    public async Task Counters_that_went_down_were_reset_and_are_the_new_base()
    {
        _board.Errors(0, singleBit: 500, doubleBit: 1);
        await LookAsync();
        _board.Errors(0, singleBit: 700, doubleBit: 2);
        (await LookAsync()).Fault.ShouldBe(FaultCodes.MemoryUncorrectable);
        _board.Errors(0, singleBit: 3, doubleBit: 0);
        (await LookAsync()).Verdict.ShouldBe(Verdict.Healthy);
        _board.Errors(0, singleBit: 103, doubleBit: 0);
        (await LookAsync()).Fault.ShouldBe(FaultCodes.MemoryErrorsRising);
    }

    [Fact]
    public async Task Single_bit_errors_count_by_their_rate_and_not_by_their_sum()
    {
        for (var hour = 0; hour < 10; hour++)
        {
            _board.Errors(0, singleBit: hour * 99);
            (await LookAsync()).Verdict.ShouldBe(Verdict.Healthy);
            _board.Clock.Advance(TimeSpan.FromMinutes(61));
        }
    }

    [Theory]
    [InlineData(15, 0, null)]
    [InlineData(16, 0, FaultCodes.MemoryPagesIsolated)]
    [InlineData(63, 2, FaultCodes.MemoryPagesIsolated)]
    [InlineData(64, 0, FaultCodes.MemoryWornOut)]
    [InlineData(0, 1, FaultCodes.MemoryResetWanted)]
    public async Task Isolated_pages_are_judged_by_their_number(int pages, int pending, string? fault)
    {
        _board.Errors(0, pages: pages, pending: pending);
        (await LookAsync()).Fault.ShouldBe(fault);
    }

    [Fact]
    public async Task A_chip_without_the_query_is_no_fault_and_said()
    {
        _board.Say("info -t ecc -i 0", "This device does not support querying ecc.\n");
        var seen = await _probe.LookAsync(CancellationToken.None);
        seen[0].Verdict.ShouldBe(Verdict.Healthy);
        seen[0].Summary.ShouldBe("1 chip looked at; 1 chip does not have this query");
        seen.Select(o => o.Subject).ShouldBe([Subject.Host, Subject.Chip(1, 0)]);
    }

    [Fact]
    public async Task A_chip_that_is_not_answered_for_could_not_be_looked_at()
    {
        _board.Say("info -t ecc -i 0", "rubbish");
        var seen = await LookAsync();
        seen.Verdict.ShouldBe(Verdict.CouldNotLook);
        seen.Fault.ShouldBeNull();
    }

    private async Task<Observation> LookAsync() => (await _probe.LookAsync(CancellationToken.None)).Single(o => o.Subject == First);
}
