using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Agent.ForeignText;
using Agent.Probes;

namespace Agent.Tests.Probes;

public sealed class ProbeTurnTests
{
    private readonly SteppedProbe _probe = new();
    private readonly ProbeTurn _turn;
    private int _seen;

    public ProbeTurnTests() => _turn = new ProbeTurn(new ScheduledProbe(_probe, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), TextGate.OfPatterns),
        _ => { _seen++; return ValueTask.CompletedTask; }, TimeProvider.System);

    [Fact]
    public async Task All_who_ask_in_the_middle_of_a_look_share_one_that_begins_after_it()
    {
        var first = _turn.OnRequestAsync(CancellationToken.None);
        var second = _turn.OnRequestAsync(CancellationToken.None);
        var third = _turn.OnRequestAsync(CancellationToken.None);
        _probe.Looks.ShouldBe(1, "never two looks at once");
        _probe.End();
        await first;
        _probe.End();
        await Task.WhenAll(second, third);
        (_probe.Looks, _seen).ShouldBe((2, 2));
    }

    [Fact]
    public async Task A_time_of_the_schedule_that_finds_it_at_work_is_skipped()
    {
        var look = _turn.OnScheduleAsync(CancellationToken.None);
        await _turn.OnScheduleAsync(CancellationToken.None);
        _probe.End();
        await look;
        _probe.Looks.ShouldBe(1);
    }

    [Fact]
    public async Task What_a_look_knows_before_its_end_is_brought_before_its_end()
    {
        List<string> order = [];
        var probe = new TwoPartProbe(() => order.Add("looked on"));
        var scheduled = new ScheduledProbe(probe, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), TextGate.OfPatterns);
        var turn = new ProbeTurn(scheduled, _ => Told("seen"), TimeProvider.System, (engine, sign) => Told($"{sign.Run!.ProcessId} of {engine}"));
        await turn.OnScheduleAsync(CancellationToken.None);
        order.ShouldBe(["4711 of engine:a", "looked on", "seen"]);

        ValueTask Told(string what)
        {
            order.Add(what);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Brings a sign, and looks on.</summary>
    private sealed class TwoPartProbe(Action looksOn) : IProbe
    {
        public string Name => "two-parts";

        public Subject Subject => Subject.Engine("a");

        public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) =>
            throw new InvalidOperationException("asked without a way to bring");

        public async Task<IReadOnlyList<Observation>> LookAsync(Func<EngineSign, ValueTask> meanwhile, CancellationToken cancellation)
        {
            await meanwhile(new ServerSeen(new RunId(1, "a-boot", 4711, 1), null));
            looksOn();
            return [];
        }
    }

    /// <summary>Each look ends when it is told to.</summary>
    private sealed class SteppedProbe : IProbe
    {
        private readonly SemaphoreSlim _end = new(0);

        public int Looks { get; private set; }

        public string Name => "stepped";

        public Subject Subject => Subject.Host;

        public void End() => _end.Release();

        public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
        {
            Looks++;
            await _end.WaitAsync(cancellation);
            return [];
        }
    }
}
