using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Domain.Recovery;
using Agent.Probes;
using Agent.Remedies;

namespace Agent.Tests.Configuration;

/// <summary>Whoever adds a plug-in and forgets something is told so in one sentence.</summary>
public sealed class DeclaredPlugInsTests
{
    private static readonly Setting<int> Lines = Setting.Int("lines", 1, 1, 9, "");
    private static readonly DeclaredPlugIns Own = PlugIns.Own.Declared;

    [Fact]
    public void A_list_that_cannot_be_read_by_is_refused_with_every_reason()
    {
        Mistakes(Own with { Probes = [.. Own.Probes, .. Own.Probes.Take(1)] }).ShouldBe(
            "the probe 'chip-health' is declared 2 times; each needs a name of its own");
        Mistakes(Own with { Probes = [new("a", "soon", "1s", "")] }).ShouldBe(
            "probe 'a' has no comment for the sample; probe 'a' has the time 'soon', which is not a time; write it as 500ms, 90s or 2m");
        Mistakes(Own with { Probes = [new("a", "1s", "1s", "A.") { Settings = [Setting.Int("interval", 1, 1, 9, "")] }] }).ShouldBe(
            "the key of probe 'a' 'interval' is declared 2 times; each needs a name of its own");
        Mistakes(Own with { Notifiers = [new("chats", "a", "Chats.", Setting.Text("name", "", ""))] }).ShouldBe(
            "the key of notifier 'chats' 'name' is declared 2 times; each needs a name of its own");
        Mistakes(Own with { Notifiers = [new("chats", "a", "Chats.", [null!])] }).ShouldBe(
            "notifier 'chats' uses a key before it is defined; write its keys above the line that declares it");
        Mistakes(Own with { Sources = [new("a", Lines), new("b", Setting.Int("lines", 1, 1, 9, ""))] }).ShouldBe(
            "the key below 'bundles' 'lines' is declared 2 times; each needs a name of its own");
        Mistakes(Own with { Remedies = [new(StepKind.StopEngine, 1, "often")] }).ShouldBe(
            "the remedy for the step 'stop-engine' has the window 'often', which is not a time; write it as 1h or 90m");
    }

    [Fact]
    public void A_key_that_is_asked_for_and_not_declared_is_named()
    {
        var receiver = new NotifierSettings(new("chats", "a", "Chats."), "a", BoundSettings.None);
        Should.Throw<InvalidOperationException>(() => receiver.Of(Lines)).Message.ShouldBe(
            "a plug-in asks for the key 'lines', which is not among the keys that it declares");
        var bound = SettingsReader.Parse("t.yaml", "bundles: { log_tail: 1MiB }", Own, _ => false).Settings!.Bundles.Own;
        Should.Throw<InvalidOperationException>(() => bound.Of(Lines)).Message.ShouldBe(
            "one of the sources of evidence asks for the key 'lines', which is not among the keys that it declares");
    }

    [Fact]
    public void A_probe_that_the_configuration_was_not_read_by_is_named()
    {
        var settings = SettingsReader.Parse("t.yaml", "mode: act", Own with { Probes = [] }, _ => false).Settings!;
        var parts = new ProbeParts
        {
            Settings = settings,
            Processes = null!,
            NpuSmi = null!,
            Hccn = null!,
            Units = null!,
            Chips = null!,
            Numbering = null!,
            Occurrences = null!,
            Engines = [],
            Gate = null!,
            Clock = TimeProvider.System
        };
        Should.Throw<InvalidOperationException>(() => ProbeList.Of(ProbeList.All, parts)).Message.ShouldBe(
            "probe 'chip-health' is not in the list of probes with which the configuration was read");
    }

    [Fact]
    public void A_step_without_a_remedy_is_named() =>
        Should.Throw<InvalidOperationException>(() => RemedyList.Of([.. RemedyList.All.Where(r => r.Declared.Step != StepKind.StopEngine)], null!)).Message
            .ShouldBe("no remedy does the step stop-engine; add one to the list of remedies");

    private static string Mistakes(DeclaredPlugIns declared) =>
        Should.Throw<InvalidOperationException>(() => SettingsReader.Parse("t.yaml", "mode: act", declared, _ => false)).Message;
}
