using Agent.Bundles;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Notifications;
using Agent.Probes;
using Agent.Remedies;

namespace Agent.Tests.Configuration;

/// <summary>One plug-in of each kind, added to the agent's own as anybody adds one.</summary>
internal static class FakePlugIns
{
    public static readonly PlugIns Added = new(
        [.. PlugIns.Own.Probes, new(SparkProbe.Declared, p => [new SparkProbe(p.Times(SparkProbe.Declared).Own.Of(SparkProbe.Most), p.Clock)])],
        [.. PlugIns.Own.Notifiers, new(ChatNotifier.Declared, (settings, _) => new ChatNotifier(settings))],
        [.. PlugIns.Own.Sources, new(SparkSource.Declared, p => new SparkSource(p.Settings.Bundles.Own.Of(SparkSource.Lines)))],
        // Each step has one remedy: this one takes the place of another.
        [.. PlugIns.Own.Remedies.Where(r => r.Declared.Step != FakeRemedy.Declared.Step), new(FakeRemedy.Declared, _ => new FakeRemedy())]);
}

internal sealed class SparkProbe(int most, TimeProvider clock) : IProbe
{
    public static readonly Setting<int> Most = Setting.Int("most_sparks", 3, 1, 10, "More in one look is a fault.");

    public static readonly DeclaredProbe Declared = new("sparks", "7s", "3s", "Sparks between the cards.") { Settings = [Most] };

    public string Name => Declared.Name;

    public Subject Subject => Subject.Host;

    public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Observation>>([this.Faulty("sparks-fly", $"more than {most} sparks", clock.GetUtcNow())]);
}

/// <summary>What several notifiers have in common is declared once, and each takes it with one word.</summary>
internal static class SharedHttp
{
    public static readonly Setting<string?> Proxy = Setting.Text("proxy", "http://proxy:3128", "Left out: none.");

    public static readonly Setting<IReadOnlyDictionary<string, string>> Headers = Setting.Map(
        "headers", "{ X-Team: gpu }", "More headers of each request; their values are shown nowhere.", secret: true);

    public static readonly SharedSettings Keys = new("All that go through the proxy also take:", Proxy, Headers);
}

internal sealed class ChatNotifier(NotifierSettings settings) : INotifier
{
    // None of these is declared as a secret: the value of the first carries one, the second is named like one.
    private static readonly Setting<Uri> Url = Setting.Address("url", "https://chat.example/send?robot=ROBOT", "With the number of the robot.");
    private static readonly Setting<string> Token = Setting.Required("token", "TOKEN", "Of the robot.");
    private static readonly Setting<IReadOnlyList<string>> Rooms = Setting.List(
        "rooms", [], "Where it is said.", r => r.Contains(' ') ? $"'{r}' has a blank" : null, secret: true);
    private static readonly Setting<bool> Loud = Setting.Flag("loud", false, "");
    private static readonly Setting<TimeSpan> Patience = Setting.Duration("patience", "10s", "1s", "1m", "");

    public static readonly DeclaredNotifier Declared = new("chats", "night-shift", "Rooms of a chat.",
        [Url, Token, Rooms, Loud, Patience])
    { Shared = [SharedHttp.Keys] };

    public string Name => settings.Name;

    /// <summary>What it was made with.</summary>
    public string Made => $"{settings.Of(Url)} {settings.Of(Token)} {settings.Of(Loud)} {settings.Of(Patience)} "
        + $"{settings.Of(SharedHttp.Proxy)} {settings.Of(SharedHttp.Headers).Count} {settings.Of(Rooms).Count}";

    public ChannelTraits Traits => ChannelTraits.OfMachine;

    public Task<Delivery> SendAsync(Notice notice, CancellationToken cancellation) => Task.FromResult(Delivery.Sent);

    public string Preview(Notice notice) => "";
}

internal sealed class SparkSource(int lines) : IBundleSource
{
    public static readonly Setting<int> Lines = Setting.Int("spark_lines", 2, 1, 100, "Of the book of sparks.");

    public static readonly DeclaredSource Declared = new("sparks", Lines);

    public string Name => Declared.Name;

    public bool IsSlow => false;

    public Loss LostBy => Loss.Nothing;

    public Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        folder.Write("npu-agent/sparks.txt", string.Concat(Enumerable.Repeat("a spark; token was a-token-of-a-robot\n", lines)));
        return Task.CompletedTask;
    }
}

internal sealed class FakeRemedy : IRemedy
{
    public static readonly DeclaredRemedy Declared = new(StepKind.VerifyEngine, 4, "2h");

    public StepKind Kind => Declared.Step;

    public Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation) => Task.FromResult(StepOutcome.Done("done"));
}
