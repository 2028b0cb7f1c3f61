using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Storage;
using Agent.Supervision;
using Agent.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Supervision;

/// <summary>Changes that operators ask for at once: what each came to comes back to the loop, and nothing else changes what is the loop's.</summary>
public sealed class OperatorDeskTests : IDisposable
{
    private const string Who = "root";
    private static readonly Subject Engine = Subject.Engine("a");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly CancellationTokenSource _stop = new();
    private readonly ScriptedHands _hands = new();
    private readonly HostParts _parts;
    private readonly SupervisionMemory _memory;
    private readonly SupervisionLoop _loop;
    private readonly Journal _journal;
    private readonly Task _running;

    public OperatorDeskTests()
    {
        var yaml = $"state_folder: {_folder.Path}\nmode: observe\nengines:\n"
            + "  - { name: a, model: /m, port: 1801, chips: [0/0] }\n  - { name: b, model: /m, port: 1802, chips: [1/0] }\n";
        var settings = SettingsFile.Parse("t.yaml", yaml, _ => false).Settings!;
        _parts = Composition.Parts(settings, keeps: false, _clock);
        var database = Database.Open(settings.StateFolder, _clock.GetUtcNow());
        _journal = OpenJournal.Of(database, _clock);
        var store = new IncidentStore(database.Connect(), Agent.ForeignText.TextGate.OfPatterns);
        var service = SomeServiceBook.Of(database, _clock);
        _memory = new SupervisionMemory(settings, Agent.Domain.Faults.FaultCatalog.Default, _parts, store, service, _clock.GetUtcNow());
        var turns = new EngineTurns(_parts.Engines, _hands.DoAsync);
        var desk = new OperatorDesk(_memory, _journal, _parts.Engines, turns, _clock, NullLogger<OperatorDesk>.Instance);
        var heart = new Heartbeat(Agent.Adapters.Systemd.ServiceNotices.To(ListeningSystemd.NotifierAt(null), null, _clock), () => "", () => false, _clock);
        var effects = new LoopEffects { LookNow = _ => { }, Looked = _ => { }, Judged = _ => { }, Recorded = _ => { } };
        var exits = new ExitWatch([], new Agent.Adapters.Processes.ProcessExit(_parts.ProcessTable, _clock));
        var watch = new DatabaseWatch(database, _journal, _clock);
        var log = NullLogger<SupervisionLoop>.Instance;
        _loop = new SupervisionLoop(_memory, _journal, watch, new PlanRunner([], _clock), desk, exits, effects, heart, _clock, log);
        _running = _loop.RunAsync(Task.CompletedTask, _stop.Token);
    }

    [Fact]
    public async Task Ten_thousand_windows_and_changes_against_each_other_leave_what_was_asked_last()
    {
        const int Askers = 8;
        const int Each = 10_000 / Askers;
        var random = new Random(1);
        var seeds = Enumerable.Range(0, Askers).Select(_ => random.Next()).ToList();
        await Task.WhenAll(seeds.Select((seed, asker) => Task.Run(() => AskAsync(new Random(seed), asker))));
        _hands.MostAtOnce.ShouldBe(1, "changes of one engine are done one after another");

        await Ask(new SetMaintenance(Who, Engine, TimeSpan.FromHours(1), "a"));
        await Ask(new SetMaintenance(Who, Subject.Host, TimeSpan.FromHours(1), "host"));
        await Ask(new ChangeEngine(Who, "a", EngineVerb.Stop, ""));
        await Ask(new ChangeEngine(Who, "b", EngineVerb.Start, ""));
        var status = (await Ask(new AskStatus(Who))).Status!;
        status.Settings.Maintenances.Select(m => (m.Subject, m.Reason)).ShouldBe([(Engine, "a"), (Subject.Host, "host")], ignoreOrder: true);
        status.Settings.Layout.Engines.Select(e => e.Wanted).ShouldBe([false, true]);
        (_hands.Runs("a"), _hands.Runs("b")).ShouldBe((false, true));

        async Task AskAsync(Random mine, int asker)
        {
            for (var round = 0; round < Each; round++)
            {
                OperatorCommand command = mine.Next(5) switch
                {
                    0 => new SetMaintenance(Who, mine.Next(2) == 0 ? Engine : Subject.Host, TimeSpan.FromHours(1), $"{asker}"),
                    1 => new EndMaintenance(Who, mine.Next(2) == 0 ? Engine : Subject.Host),
                    2 => new ChangeEngine(Who, "a", EngineVerb.Stop, ""),
                    3 => new ChangeEngine(Who, "a", EngineVerb.Start, ""),
                    _ => new ChangeEngine(Who, "b", EngineVerb.Restart, ""),
                };
                await Ask(command);
            }
        }
    }

    [Fact]
    public async Task The_window_of_a_change_ends_with_its_change_and_takes_no_other_with_it()
    {
        var stop = _hands.Hold("a");
        var first = Ask(new ChangeEngine(Who, "a", EngineVerb.Stop, ""));
        var second = Ask(new ChangeEngine(Who, "a", EngineVerb.Stop, ""));
        (await Windows()).ShouldBe([(Engine, "engine stop by an operator")]);
        await Ask(new SetMaintenance(Who, Engine, TimeSpan.FromHours(1), "driver update"));
        (await Windows()).ShouldBe([(Engine, "driver update")]);
        await Ask(new EndMaintenance(Who, Engine));
        (await Windows()).ShouldBe([(Engine, "engine stop by an operator")], "the stop is still under way");
        await Ask(new SetMaintenance(Who, Engine, TimeSpan.FromHours(1), "driver update"));
        stop.SetResult();
        (await first).Accepted.ShouldBeTrue();
        (await second).Accepted.ShouldBeTrue();
        (await Windows()).ShouldBe([(Engine, "driver update")], "an operator's window is the operator's");
    }

    [Fact]
    public async Task The_newest_word_holds_and_an_overtaken_change_says_so()
    {
        var launch = _hands.Hold("a");
        var start = Ask(new ChangeEngine(Who, "a", EngineVerb.Start, ""));
        await _hands.Begun("a");
        var stop = Ask(new ChangeEngine(Who, "a", EngineVerb.Stop, ""));
        var again = Ask(new ChangeEngine(Who, "a", EngineVerb.Start, ""));
        await Ask(new AskStatus(Who));
        launch.SetResult();
        (await start).Accepted.ShouldBeTrue();
        (await stop).Text.ShouldBe("engine a was not stopped: an operator started it meanwhile");
        (await again).Accepted.ShouldBeTrue();
        _hands.Runs("a").ShouldBeTrue();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _running.GetAwaiter().GetResult();
        _journal.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    private Task<OperatorAnswer> Ask(OperatorCommand command) => _loop.AskAsync(command, CancellationToken.None);

    private async Task<List<(Subject Subject, string Reason)>> Windows() =>
        [.. (await Ask(new AskStatus(Who))).Status!.Settings.Maintenances.Select(m => (m.Subject, m.Reason))];

    /// <summary>Starts and stops engines that are nothing but a word.</summary>
    private sealed class ScriptedHands
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, State> _engines = new(StringComparer.Ordinal);
        private int _most;

        public int MostAtOnce => _most;

        public bool Runs(string engine) => Of(engine).Runs;

        /// <summary>The next change of the engine takes until this is done.</summary>
        public TaskCompletionSource Hold(string engine) => Of(engine).Held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun(string engine) => Of(engine).Begun.Task;

        public async Task<ChangeOutcome> DoAsync(SupervisedEngine engine, EngineVerb verb, CancellationToken cancellation)
        {
            var state = Of(engine.Name);
            var inHand = Interlocked.Increment(ref state.InHand);
            if (inHand > _most)
                _most = inHand;
            state.Begun.TrySetResult();
            await (state.Held?.Task ?? Task.CompletedTask);
            await Task.Yield();
            state.Runs = verb != EngineVerb.Stop;
            Interlocked.Decrement(ref state.InHand);
            return new ChangeOutcome(true, "done");
        }

        private State Of(string engine) => _engines.GetOrAdd(engine, _ => new State());

        private sealed class State
        {
            public int InHand;
            public volatile bool Runs;

            public TaskCompletionSource? Held { get; set; }

            public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
