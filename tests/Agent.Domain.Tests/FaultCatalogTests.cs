using System.Reflection;
using System.Text;

namespace Agent.Domain.Tests;

public sealed class FaultCatalogTests
{
    [Fact]
    public void Every_code_has_one_row_and_every_row_a_code()
    {
        var codes = typeof(FaultCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!);
        FaultCatalog.Default.All.Select(f => f.Code).ShouldBe(codes, ignoreOrder: true);
    }

    [Fact]
    public void Every_row_is_told_in_both_languages()
    {
        foreach (var fault in FaultCatalog.Default.All)
        {
            foreach (var text in (LocalText[])[fault.Title, fault.Meaning, fault.AgentDoes, fault.PersonShould])
            {
                text.English.ShouldNotBeNullOrWhiteSpace(fault.Code);
                text.Chinese.ShouldContain(c => c >= 0x4E00 && c <= 0x9FFF, fault.Code);
            }
        }
    }

    [Fact]
    public void Echoes_name_known_causes_and_never_explain_each_other()
    {
        foreach (var fault in FaultCatalog.Default.All)
        {
            foreach (var cause in fault.DependsOn)
                FaultCatalog.Default.Find(cause).ShouldNotBeNull($"{fault.Code} depends on {cause}");
            Causes(fault.Code).ShouldNotContain(fault.Code);
        }

        static IEnumerable<string> Causes(string code) => FaultCatalog.Default[code].DependsOn.SelectMany(c => Causes(c).Prepend(c));
    }

    [Fact]
    public void No_limit_lies_below_its_start() => FaultCatalog.Default.All.ShouldAllBe(f => f.Limit >= f.StartsAt);

    [Fact]
    public void The_catalogue_is_as_it_was_accepted()
    {
        var text = new StringBuilder();
        foreach (var fault in FaultCatalog.Default.All)
        {
            text.AppendLine($"{fault.Code} on {fault.On}: {fault.Severity}, {fault.StartsAt}..{fault.Limit}, {fault.Attempts} there, after {fault.Sightings} "
                + $"and {Durations.Text(fault.ConfirmAfter)}");
            text.AppendLine($"  explained by: {string.Join(", ", fault.DependsOn)}");
        }

        text.ToString().ShouldMatchApproved(c => c.WithFileExtension(".txt"));
    }

    [Fact]
    public void An_override_that_narrows_a_fault_to_a_note_touches_nothing()
    {
        var fault = FaultCatalog.Default.With(new Dictionary<string, FaultOverride> { [FaultCodes.ChipAlarm] = new(Rung: Rung.Note) })[FaultCodes.ChipAlarm];
        fault.StartsAt.ShouldBe(Rung.Note);
        fault.Limit.ShouldBe(Rung.Note);
    }
}
