using Agent.Configuration;
using Agent.Configuration.Host;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Notifications;

namespace Agent.Tests.Notifications;

/// <summary>Receivers as the file has them.</summary>
internal static class Receivers
{
    public static NotifierSettings Alertmanager => Of("alertmanagers", "name: am, url: \"http://127.0.0.1:9093\", resend_interval: 1m");

    public static NotifierParts Parts(TimeProvider clock, Language language = Language.English) => new()
    {
        Faults = FaultCatalog.Default,
        Host = "host1",
        Language = language,
        Acts = true,
        Clock = clock,
    };

    /// <param name="kind">The key of the list.</param>
    /// <param name="entry">Keys and values, with commas between them.</param>
    public static NotifierSettings Of(string kind, string entry) => Of(kind, entry, out _);

    /// <inheritdoc cref="Of(string, string)"/>
    /// <param name="files">The files that the entry names; none of them has to be there.</param>
    public static NotifierSettings Of(string kind, string entry, out IReadOnlyList<NamedFile> files)
    {
        var load = SettingsFile.Parse("t.yaml", $"notifications: {{ {kind}: [ {{ {entry} }} ] }}", _ => false);
        load.Problems.ShouldBeEmpty();
        files = load.Settings!.Files;
        return load.Settings.Notifiers.ShouldHaveSingleItem();
    }

    /// <summary>The one thing that is wrong with an entry: its key and what is said, behind the place that every problem has.</summary>
    public static string ProblemOf(string kind, string entry)
    {
        var problem = SettingsFile.Parse("t.yaml", $"notifications: {{ {kind}: [ {{ name: a, {entry} }} ] }}", _ => false).Problems.ShouldHaveSingleItem();
        var place = $"notifications.{kind}[0].";
        problem.ToString().ShouldStartWith("t.yaml:1:");
        problem.Text.ShouldStartWith(place);
        return problem.Text[place.Length..];
    }
}
