using Agent.Domain.Faults;
using Agent.VendorFaults;

namespace Agent.Tests.VendorFaults;

public sealed class VendorFaultTableTests
{
    private static readonly VendorFaultTable Table = new(new Dictionary<string, VendorLevel>(StringComparer.Ordinal));

    [Fact]
    public void Every_published_code_has_a_name_in_both_languages_and_stands_for_a_fault()
    {
        VendorFaultTable.Count.ShouldBe(948);
        foreach (var fault in VendorFaultTable.All)
        {
            var name = VendorFaultTable.NameOf(fault.Code);
            name.English.ShouldNotBeNullOrWhiteSpace(fault.Code);
            name.Chinese.ShouldContain(c => c >= 0x4E00 && c <= 0x9FFF, fault.Code);
            FaultCatalog.Default.Find(VendorLevels.FaultOf(Table.LevelOf(fault))).ShouldNotBeNull();
        }
    }

    // Codes of real device event logs and health answers (captures), and what they were found to mean.
    [Theory]
    [InlineData("80E01801", "HBM: memory error that could not be corrected", "RestartBusiness", "chip-error")]
    [InlineData("8C03A000", "process manager on the device: process did not start, or ended", "RestartNpu", "chip-alarm")]
    [InlineData("8C084E00", "device agent (adda): does not give a sign of life", "FreeRestartNpu", "chip-alarm")]
    [InlineData("80E18402", "HBM: as many bad memory addresses as can be isolated", "Separate", "chip-unfit")]
    [InlineData("81078603", "network port: link went down", "NotHandle", "chip-warning")]
    [InlineData("80CB8009", "AI vector core: bus error, likely by the software that ran", "RestartRequest", "chip-error")]
    [InlineData("40F84E00", "base service: does not give a sign of life", "RestartNpu", "chip-alarm")]
    [InlineData("B4060007", "exception in the chip's black box", "RestartBusiness", "chip-error")]
    public void A_code_is_named_and_has_the_level_that_is_published(string code, string name, string level, string fault)
    {
        VendorFaultTable.NameOf(code).English.ShouldBe(name);
        Table.LevelOf(VendorFaultTable.Find(code)).ToString().ShouldBe(level);
        VendorLevels.FaultOf(Table.LevelOf(VendorFaultTable.Find(code))).ShouldBe(fault);
    }

    [Theory]
    [InlineData("0x80e01801", "80E01801")]
    [InlineData("80E01801", "80E01801")]
    [InlineData("[0X00F1FEF5,155913,CPU,na]", "[0x00f1fef5,155913,cpu,na]")]
    [InlineData("chips-lost", null)]
    [InlineData("0x12", null)]
    [InlineData("", null)]
    public void A_code_is_found_however_it_is_written(string written, string? code) => VendorFaultTable.Normalize(written).ShouldBe(code);

    // The vendor takes a code of no list by the severity of the driver: minor is left alone, major is separated.
    [Theory]
    [InlineData("80FE0006", "NotHandle")]
    [InlineData("80FE0209", "Separate")]
    public void A_code_that_is_not_published_goes_by_its_severity(string code, string level)
    {
        VendorFaultTable.IsPublished(code).ShouldBeFalse();
        Table.LevelOf(VendorFaultTable.Find(code)).ToString().ShouldBe(level);
    }

    [Fact]
    public void A_rule_raises_the_level_within_its_window_and_never_above_an_operators_word()
    {
        var fault = VendorFaultTable.Find("80E01801");
        Table.LevelAfter(fault, [Story.Start], Story.Start).ShouldBe(VendorLevel.RestartBusiness);
        Table.LevelAfter(fault, [Story.Start, Story.Start.AddHours(23)], Story.Start.AddHours(23)).ShouldBe(VendorLevel.Separate);
        Table.LevelAfter(fault, [Story.Start, Story.Start.AddHours(25)], Story.Start.AddHours(25)).ShouldBe(VendorLevel.RestartBusiness);
        var decided = new VendorFaultTable(new Dictionary<string, VendorLevel>(StringComparer.Ordinal) { ["80E01801"] = VendorLevel.NotHandle });
        decided.LevelAfter(fault, [Story.Start, Story.Start.AddHours(23)], Story.Start.AddHours(23)).ShouldBe(VendorLevel.NotHandle);
    }

    [Fact]
    public void A_link_that_stays_down_is_raised_by_how_long_it_lasts()
    {
        var fault = VendorFaultTable.Find("81078603");
        fault.Rules.Count.ShouldBe(2);
        fault.LevelAfter([Story.Start], Story.Start.AddSeconds(19), VendorLevel.NotHandle).ShouldBe(VendorLevel.NotHandle);
        fault.LevelAfter([Story.Start], Story.Start.AddSeconds(20), VendorLevel.NotHandle).ShouldBe(VendorLevel.PreSeparate);
    }

    [Fact]
    public void A_code_that_stays_is_one_occurrence_and_occurrences_survive_a_restart()
    {
        using var folder = new TemporaryFolder();
        var first = new FaultOccurrences(folder.Path, keeps: true);
        first.Seen("bus", ["80E01801"], Story.Start)["80E01801"].Count.ShouldBe(1);
        first.Seen("bus", ["80E01801"], Story.Start.AddHours(1))["80E01801"].Count.ShouldBe(1);
        first.Seen("bus", [], Story.Start.AddHours(2)).ShouldBeEmpty();
        first.Seen("bus", ["80E01801"], Story.Start.AddHours(3))["80E01801"].Count.ShouldBe(2);
        first.Seen("another", ["80E01801"], Story.Start.AddHours(3))["80E01801"].Count.ShouldBe(1);

        var next = new FaultOccurrences(folder.Path, keeps: true);
        next.Seen("bus", ["80E01801"], Story.Start.AddHours(3).AddMinutes(1))["80E01801"].Count.ShouldBe(2);
        next.Seen("bus", [], Story.Start.AddHours(4));
        next.Seen("bus", ["80E01801"], Story.Start.AddHours(5))["80E01801"].Count.ShouldBe(3);
    }

    // Three days without an upgrade of the agent in which the code never went away: it came once.
    [Fact]
    public void A_code_that_is_still_there_after_an_upgrade_of_the_agent_did_not_come_again()
    {
        using var folder = new TemporaryFolder();
        var first = new FaultOccurrences(folder.Path, keeps: true);
        for (var minute = 0; minute <= 72 * 60; minute += 30)
            first.Seen("bus", ["80E01801"], Story.Start.AddMinutes(minute));
        var next = new FaultOccurrences(folder.Path, keeps: true);
        next.Seen("bus", ["80E01801"], Story.Start.AddHours(72).AddMinutes(4))["80E01801"].ShouldBe([Story.Start]);
    }

    [Fact]
    public void A_chip_that_was_separated_by_frequency_stays_so_until_two_days_were_quiet()
    {
        using var folder = new TemporaryFolder();
        var occurrences = new FaultOccurrences(folder.Path, keeps: true);
        var fault = VendorFaultTable.Find("80E01801");
        ComesAt(0).ShouldBe(VendorLevel.RestartBusiness);
        ComesAt(23).ShouldBe(VendorLevel.Separate);
        ComesAt(60).ShouldBe(VendorLevel.Separate, "37 hours were quiet");
        ComesAt(100).ShouldBe(VendorLevel.Separate, "40 hours were quiet, and the others are not forgotten");
        ComesAt(149).ShouldBe(VendorLevel.RestartBusiness, "48 hours were quiet");

        VendorLevel ComesAt(int hour)
        {
            var now = Story.Start.AddHours(hour);
            var level = Table.LevelAfter(fault, occurrences.Seen("bus", [fault.Code], now)[fault.Code], now);
            occurrences.Seen("bus", [], now.AddSeconds(10));
            return level;
        }
    }

    // What cannot be read is not counted; the counting goes on.
    [Theory]
    [InlineData("")]
    [InlineData("{\"bus 80E01801\": {\"Times\": [\"2026-")]
    [InlineData("{\"bus 80E01801\": null}")]
    [InlineData("{\"bus 80E01801\": {}}")]
    [InlineData("[1, 2]")]
    public void A_damaged_file_of_occurrences_starts_the_count_anew(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "vendor-faults.json"), content);
        new FaultOccurrences(folder.Path, keeps: true).Seen("bus", ["80E01801"], Story.Start)["80E01801"].ShouldBe([Story.Start]);
        new FaultOccurrences(folder.Path, keeps: true).Seen("bus", ["80E01801"], Story.Start.AddMinutes(1))["80E01801"].ShouldBe([Story.Start]);
    }
}
