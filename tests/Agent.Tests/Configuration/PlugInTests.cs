using System.Text;
using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Bundles;
using Agent.Configuration;
using Agent.Configuration.Host;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Engines.Chips;
using Agent.Engines.Signs;
using Agent.ForeignText;
using Agent.Notifications;
using Agent.Packaging;
using Agent.Probes;
using Agent.Tests.Architecture;
using Agent.Tests.Bundles;
using Agent.Tests.Notifications;
using Agent.VendorFaults;

namespace Agent.Tests.Configuration;

/// <summary>A plug-in of each kind is added to its list, and everything that is made of the lists knows it.</summary>
public sealed class PlugInTests : IDisposable
{
    private static readonly string[] Secrets = ["ROBOT-4711", "a-token-of-a-robot", "secret-room", "value-of-a-header"];

    private const string Added = """
        probes: { sparks: { interval: 11s, most_sparks: 5 } }
        budgets: { verify_engine: { attempts: 1 } }
        bundles: { spark_lines: 3 }
        notifications:
          chats:
            - name: night-shift
              url: https://chat.example/send?robot=ROBOT-4711
              token: a-token-of-a-robot
              rooms: [secret-room]
              loud: true
              headers: { X-Team: value-of-a-header }

        """;

    private readonly EvidenceScene _scene = new();

    [Fact]
    public void The_settings_in_force_show_it_without_a_secret()
    {
        var shown = SettingsJson.Shown(Load(Added).Settings!);
        shown["probes"]!["sparks"]!.ToJsonString().ShouldBe("""{"enabled":true,"interval":"11s","deadline":"3s","most_sparks":5}""");
        shown["budgets"]!["verify_engine"]!.ToJsonString().ShouldBe("""{"attempts":1,"window":"2h"}""");
        ((int)shown["bundles"]!["spark_lines"]!).ShouldBe(3);
        shown["chats"]!.ToJsonString().ShouldBe(
            """[{"name":"night-shift","url":"[redacted]","token":"[redacted]","rooms":["[redacted]"],"loud":true,"patience":"10s","proxy":"""
            + """null,"headers":{"X-Team":"[redacted]"}}]""");
        Secrets.Where(s => shown.ToJsonString().Contains(s, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void The_sample_has_it_and_is_valid_without_its_marks_of_comment()
    {
        var sample = Sample();
        sample.ShouldContain(
            "  # Sparks between the cards.\n  # `most_sparks`: More in one look is a fault.\n"
            + "  sparks: { enabled: true, interval: 7s, deadline: 3s, most_sparks: 3 }\n");
        sample.ShouldContain("\n  verify_engine: { attempts: 4, window: 2h }\n");
        sample.ShouldContain("\n  # Of the book of sparks.\n  spark_lines: 2\n");
        sample.ShouldContain("  chats:\n  #  - name: night-shift\n  #    # With the number of the robot.\n  #    url: https://chat.example/send?robot=ROBOT\n");
        Load(sample).Problems.ShouldBeEmpty();
        var receivers = sample[sample.IndexOf("\nnotifications:", StringComparison.Ordinal)..].Replace("\n  #  ", "\n    ", StringComparison.Ordinal);
        var load = Load("engines: [ { name: a, model: /m, chips: [0/0] } ]" + receivers);
        load.Problems.ShouldBeEmpty();
        load.Settings!.Notifiers.Select(n => n.Name).ShouldBe(FakePlugIns.Added.Declared.Notifiers.Select(n => n.Example));
    }

    [Fact]
    public void The_manual_page_has_it()
    {
        var page = ConfigurationManual.Write(Sample(), "1", new DateOnly(2026, 1, 1));
        foreach (var word in (string[])["most_sparks: 3", "verify_engine:", "spark_lines: 2", "Rooms of a chat.", @"night\-shift", "headers:"])
            page.ShouldContain(word);
    }

    [Fact]
    public async Task A_bundle_has_its_evidence_and_the_configuration_without_a_secret()
    {
        _scene.Write("agent.yaml", Added);
        var settings = Load(Added).Settings! with { File = Path.Combine(_scene.Folder, "agent.yaml"), StateFolder = _scene.Folder };
        var bundles = settings.Bundles with { Folder = Path.Combine(_scene.Folder, "bundles") };
        var kinds = FakePlugIns.Added.Sources.Where(s => s.Declared == SparkSource.Declared || s.Declared == ConfigurationSource.Declared).ToList();
        var bundle = new Bundle(bundles, new BundleStaging(bundles, "a", full: true), [], traces => BundleSourceList.Of(kinds, SourceParts(settings, traces)),
            Composition.Gate(settings).Redaction, "host1", "a", full: true, TimeProvider.System);
        var (path, manifest) = await bundle.WriteAsync(_ => { }, CancellationToken.None);
        manifest.Sources.Select(s => s.Source).ShouldBe(["configuration", "sparks"]);
        var files = TestBundle.Files(path).ToDictionary(f => f.Key, f => Encoding.UTF8.GetString(f.Value), StringComparer.Ordinal);
        files["npu-agent/sparks.txt"].Split('\n').Length.ShouldBe(3 + 1);
        files["npu-agent/agent.yaml"].ShouldContain("night-shift");
        Secrets.Where(s => files.Values.Any(f => f.Contains(s, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_is_made_with_its_settings()
    {
        var settings = Load(Added).Settings!;
        var notifier = NotifierList.Of(FakePlugIns.Added.Notifiers, settings.Notifiers,
            Receivers.Parts(_scene.Clock)).ShouldHaveSingleItem();
        ((ChatNotifier)notifier).Made.ShouldBe("https://chat.example/send?robot=ROBOT-4711 a-token-of-a-robot True 00:00:10  1 1");
        var probe = ProbeList.Of(FakePlugIns.Added.Probes, ProbeParts(settings)).Single(p => p.Probe is SparkProbe);
        (probe.Interval, probe.Deadline).ShouldBe((TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(3)));
        // Its fault was forgotten in the catalogue: the policy never meets it.
        var seen = (await probe.LookAsync(_scene.Clock, CancellationToken.None)).Observations.ShouldHaveSingleItem();
        (seen.Verdict, seen.Fault).ShouldBe((Verdict.CouldNotLook, null));
        seen.Summary.ShouldBe("the probe itself failed: it names the fault 'sparks-fly', which is not in the catalogue");
    }

    [Theory]
    [InlineData("rooms: [x], token: t, urll: a", "t.yaml:1:60: notifications.chats[0].urll: unknown key; did you mean 'url'?")]
    [InlineData("url: https://chat.example, token: t, rooms: a-secret-room",
        "t.yaml:1:82: notifications.chats[0].rooms: expected a list such as [a, b], found the single value '[redacted]'")]
    [InlineData("url: https://chat.example, token: t, rooms: [a secret room]", "notifications.chats[0].rooms: '[redacted]' has a blank")]
    [InlineData("url: https://chat.example", "notifications.chats[0].token: is required")]
    [InlineData("url: https://chat.example, token: t, patience: 2m", "notifications.chats[0].patience: 2m is out of range, allowed 1s to 1m")]
    public void A_mistake_in_its_keys_is_told_by_place_and_without_a_secret(string entry, string problem) =>
        Load($"notifications: {{ chats: [ {{ name: a, {entry} }} ] }}").Problems.Select(p => p.ToString()).ShouldContain(p =>
            p.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("htp://hooks.example/T000/B000", "'htp://hooks.example/[redacted]' is no http or https address")]
    [InlineData("hooks.example/T000/B000", "'[redacted]' is no http or https address")]
    [InlineData("htp://hooks.example:8443", "'htp://hooks.example:8443' is no http or https address")]
    public void A_secret_address_that_is_none_is_told_without_its_path(string url, string problem) =>
        Load($"notifications: {{ webhooks: [ {{ name: a, url: \"{url}\" }} ] }}").Problems.ShouldHaveSingleItem().Text.ShouldBe(
            "notifications.webhooks[0].url: " + problem);

    [Theory]
    [InlineData("webhooks: https://hooks.example/T0/SECRET", "notifications.webhooks: expected a list (- ...), found the single value '")]
    [InlineData("webhooks: [ \"https://hooks.example/T0/SECRET\" ]", "notifications.webhooks[0]: expected settings (key: value), found the single value '")]
    [InlineData("chats: [ { name: a, url: \"https://a\", token: t, headers: \"X-Key: SECRET\" } ]",
        "notifications.chats[0].headers: expected settings (key: value), found the single value '")]
    public void A_secret_in_the_wrong_place_is_not_told(string receivers, string problem)
    {
        var problems = Load($"notifications: {{ {receivers} }}").Problems.Select(p => p.Text).ToList();
        problems.ShouldContain(p => p.StartsWith(problem, StringComparison.Ordinal));
        problems.ShouldAllBe(p => !p.Contains("SECRET", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ftp://am.example/x", "'ftp://am.example/x' is no http or https address")]
    [InlineData("ftp://me:word@am.example/x", "'ftp://am.example/[redacted]' is no http or https address")]
    public void An_address_that_is_no_secret_is_told_whole_unless_it_carries_one(string url, string problem) =>
        Load($"notifications: {{ alertmanagers: [ {{ name: a, url: \"{url}\" }} ] }}").Problems.ShouldHaveSingleItem().Text.ShouldBe(
            "notifications.alertmanagers[0].url: " + problem);

    [Fact]
    public void Two_receivers_of_one_name_are_told_whatever_their_kinds() =>
        Load("notifications: { webhooks: [ { name: a, url: \"http://a\" } ], "
            + "chats: [ { name: a, url: \"http://a\", token: t } ] }").Problems.ShouldHaveSingleItem().Text
            .ShouldBe("notifications.chats[0].name: the name 'a' is used twice; deliveries are counted by name");

    /// <summary>The agent's own, with whom everything can be made.</summary>
    [Fact]
    public void Every_plug_in_is_what_it_declares()
    {
        PlugIns.Own.Declared.Mistakes().ShouldBeEmpty();
        var load = SettingsFile.Parse("t.yaml", Sample(PlugIns.Own).Replace("\n  #  ", "\n    ", StringComparison.Ordinal), p => p == "ascend-dlog");
        load.Problems.ShouldBeEmpty();
        var settings = load.Settings!;
        settings = settings with { Vendor = settings.Vendor with { ModulesFile = "/proc/modules", KernelLog = VendorSettings.Journal, DriverUnit = "devdrv" } };
        // The verdict has a section among the probes, and none looks for it.
        foreach (var kind in PlugIns.Own.Probes.Where(p => p.Declared != JudgeLimits.Declared))
        {
            var probes = kind.Make(ProbeParts(settings)).ToList();
            probes.ShouldNotBeEmpty(kind.Declared.Name);
            probes.ShouldAllBe(p => p.Name == kind.Declared.Name);
        }

        settings.Notifiers.Select(n => n.Kind.Key).ShouldBe(PlugIns.Own.Notifiers.Select(n => n.Declared.Key));
        NotifierList.Of(PlugIns.Own.Notifiers, settings.Notifiers, Receivers.Parts(_scene.Clock)).Count.ShouldBe(
            settings.Notifiers.Count);
        PlugIns.Own.Sources.Select(s => s.Make(SourceParts(settings, [])).Name).ShouldBe(PlugIns.Own.Sources.Select(s => s.Declared.Name));
        PlugIns.Own.Remedies.Select(r => r.Declared.Step).ShouldBe(Enum.GetValues<StepKind>(), ignoreOrder: true);
    }

    public void Dispose() => _scene.Dispose();

    private ProbeParts ProbeParts(AgentSettings settings) => new()
    {
        Settings = settings,
        Processes = Silent,
        NpuSmi = NpuSmi,
        Hccn = Hccn,
        Units = Units,
        Chips = new ChipInventory(settings.Chips, _scene.Folder, keeps: false),
        Numbering = new ChipNumbering(NpuSmi, _scene.Folder, keeps: false, () => "a-boot"),
        Occurrences = new FaultOccurrences(_scene.Folder, keeps: false),
        Engines = [_scene.Engine],
        Gate = TextGate.OfPatterns,
        Clock = _scene.Clock,
    };

    private SourceParts SourceParts(AgentSettings settings, IReadOnlyList<EngineTrace> traces) => new()
    {
        Settings = settings,
        Runner = Silent,
        Root = new RootUnits(Units, isRoot: false, []),
        Processes = _scene.Processes,
        NpuSmi = NpuSmi,
        Hccn = Hccn,
        Engines = [],
        Traces = traces,
        Clock = _scene.Clock,
    };

    private static AnsweringProcesses Silent => new(_ => (ProcessEnd.NotFound, 0, ""));

    private static NpuSmi NpuSmi => new(Silent, "npu-smi", TimeSpan.FromSeconds(1));

    private static HccnTool Hccn => new(Silent, "hccn_tool", TimeSpan.FromSeconds(1));

    private static SystemdUnits Units => new(Silent, "systemctl", TimeSpan.FromSeconds(1));

    private static string Sample(PlugIns? plugIns = null) =>
        AnnotatedSample.Fill(File.ReadAllText(Path.Combine(ArchitectureTests.Repository(), "packaging", "agent.yaml")),
            (plugIns ?? FakePlugIns.Added).Declared);

    private static ConfigurationLoad Load(string yaml) => SettingsReader.Parse("t.yaml", yaml, FakePlugIns.Added.Declared, _ => false);
}
