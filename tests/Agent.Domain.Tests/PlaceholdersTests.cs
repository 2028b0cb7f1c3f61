using System.Text.RegularExpressions;

namespace Agent.Domain.Tests;

/// <summary>A command of the catalogue can be typed as it stands wherever its values are known.</summary>
public sealed partial class PlaceholdersTests
{
    /// <summary>Capitals in commands that are the tools' own.</summary>
    private static readonly string[] OfTools = ["D", "-CONT", "-T"];

    private static readonly IReadOnlyDictionary<string, string> Everything = Placeholders.All.ToDictionary(p => p, p => $"<{p.ToLowerInvariant()}>");

    [Theory]
    [InlineData("npu-agent engine start NAME.", "engine:deep-seek", "npu-agent engine start deep-seek.")]
    [InlineData("执行 npu-agent engine start NAME。", "engine:deepseek", "执行 npu-agent engine start deepseek。")]
    [InlineData("-i CARD -c CHIP", "chip:2944/1", "-i 2944 -c 1")]
    [InlineData("CARD/CHIP", "chip:3/0", "3/0")]
    [InlineData("HOSTNAME, NAMES, MY_NAME, NAME-1", "engine:deepseek", "HOSTNAME, NAMES, MY_NAME, NAME-1")]
    [InlineData("-i CARD of NAME", "engine:deepseek", "-i CARD of deepseek")]
    [InlineData("-i CARD of NAME", "host", "-i CARD of NAME")]
    [InlineData("", "host", "")]
    public void A_placeholder_is_filled_where_the_subject_tells_it(string text, string subject, string filled)
    {
        Subject.TryParse(subject, out var about).ShouldBeTrue();
        Placeholders.Fill(text, about, null).ShouldBe(filled);
    }

    [Fact]
    public void What_whoever_saw_it_knew_is_filled_in_and_never_filled_again()
    {
        var known = new Dictionary<string, string> { [Placeholders.Unit] = "NAME.service", ["is"] = "was" };
        Placeholders.Fill("systemctl thaw UNIT is for NAME", Scene.Deepseek, known).ShouldBe("systemctl thaw NAME.service is for deepseek");
    }

    [Fact]
    public void No_text_of_the_catalogue_keeps_one_whose_value_is_known()
    {
        foreach (var fault in FaultCatalog.Default.All)
        {
            var subject = new Subject(fault.On, fault.On == SubjectKind.Chip ? "2/1" : "deepseek");
            var incident = Some.Incident() with { Fault = fault.Code, Subject = subject, Known = Everything };
            var filled = incident.Fill(fault.PersonShould);
            foreach (var text in (string[])[filled.English, filled.Chinese])
                Words(text).Intersect(Placeholders.All).ShouldBeEmpty($"{fault.Code}: {text}");
            foreach (var text in (LocalText[])[fault.Title, fault.Meaning, fault.AgentDoes])
                Words(text.English + " " + text.Chinese).Intersect(Placeholders.All).ShouldBeEmpty($"{fault.Code}: only what a person should do names values");
        }
    }

    [Fact]
    public void The_name_of_an_engine_and_the_numbers_of_a_chip_need_nobody_who_knows_them()
    {
        foreach (var fault in FaultCatalog.Default.All.Where(f => f.On is SubjectKind.Engine or SubjectKind.Chip))
        {
            var chip = fault.On == SubjectKind.Chip;
            var filled = (Some.Incident() with { Subject = chip ? Subject.Chip(2, 1) : Scene.Deepseek }).Fill(fault.PersonShould);
            IReadOnlyList<string> told = chip ? [Placeholders.Card, Placeholders.Chip] : [Placeholders.Engine];
            Words(filled.English + " " + filled.Chinese).Intersect(told).ShouldBeEmpty(fault.Code);
        }
    }

    // Otherwise a new text brings a placeholder that nobody fills.
    [Fact]
    public void Capitals_in_commands_of_the_catalogue_are_placeholders()
    {
        var used = FaultCatalog.Default.All.SelectMany(f => Command().Matches(f.PersonShould.English).Select(m => m.Value))
            .SelectMany(Words).Where(w => Capitals().IsMatch(w)).Distinct(StringComparer.Ordinal).ToList();
        used.ShouldContain(Placeholders.Engine);
        used.Except(Placeholders.All).Except(OfTools).ShouldBeEmpty();
    }

    [Fact]
    public void A_chip_s_engine_is_known_where_its_reset_concerns_one_engine_alone()
    {
        var seen = Some.Observation("chip-memory", Scene.Chip0, Scene.Start) with { Known = new Dictionary<string, string> { [Placeholders.Device] = "0" } };
        var layout = new HostLayout([new EngineOnChips("deepseek", [Scene.Chip0], Wanted: true)], [Scene.Chip0, Scene.Chip1], ResetScope.Host);
        layout.KnownOf(seen).ShouldBe(new Dictionary<string, string> { [Placeholders.Device] = "0", [Placeholders.Engine] = "deepseek" }, ignoreOrder: true);
        var two = layout with { Engines = [.. layout.Engines, new EngineOnChips("qwen", [Scene.Chip1], Wanted: true)] };
        two.KnownOf(seen).ShouldBe(seen.Known);
        (two with { ResetScope = ResetScope.Chip }).KnownOf(seen)![Placeholders.Engine].ShouldBe("deepseek");
        two.KnownOf(Some.Observation("p", Subject.Host, Scene.Start)).ShouldBeNull();
    }

    [Fact]
    public void An_incident_keeps_what_was_known_when_it_was_seen()
    {
        var scene = new Scene();
        scene.Keep("chip-memory", Scene.Chip0, FaultCodes.MemoryResetWanted, serving: null, seconds: 2);
        scene.Only.Fill(FaultCatalog.Default[FaultCodes.MemoryResetWanted].PersonShould).English
            .ShouldStartWith("At the next quiet time: `npu-agent engine stop deepseek` for the engines on the board, then `npu-smi set -t reset -i 0 -c 0`");
    }

    private static IEnumerable<string> Words(string text) => Word().Matches(text).Select(m => m.Value);

    [GeneratedRegex("`[^`]+`", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Command();

    [GeneratedRegex("[A-Za-z0-9_-]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Word();

    [GeneratedRegex("^-?[A-Z][A-Z-]*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Capitals();
}
