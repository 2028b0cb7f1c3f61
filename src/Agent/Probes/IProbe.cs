using Agent.Domain.Engines;
using Agent.Domain.Observations;

namespace Agent.Probes;

/// <summary>
/// Looks at one thing, repeatedly, and judges nothing beyond it. A probe is one file, one line in <see cref="ProbeList"/>
/// and one test.
/// </summary>
internal interface IProbe
{
    /// <summary>Kebab-case, the key of its settings and of its metrics.</summary>
    string Name { get; }

    /// <summary>What it looks at; the subject of "could not look" when it does not come back in time.</summary>
    Subject Subject { get; }

    /// <summary>Whether a look goes through the NPU driver. Such probes rest after a slow look.</summary>
    bool AsksDriver => false;

    /// <summary>
    /// Whether it can name why an engine ended. Its look is waited for before an engine that is gone is started again: a
    /// narrow restart while the driver is away would fail, and cost an attempt.
    /// </summary>
    bool NamesCauses => false;

    /// <summary>
    /// Looks once. Answers at least one observation, with verdict <c>could not look</c> when it got no usable answer;
    /// throws only for its own mistakes. Must honour the token: it is cancelled at the deadline.
    /// </summary>
    Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation);

    /// <summary>The same for a look that takes long and knows a part before its end: a verdict must not wait for the rest of it.</summary>
    Task<IReadOnlyList<Observation>> LookAsync(Func<EngineSign, ValueTask> meanwhile, CancellationToken cancellation) => LookAsync(cancellation);
}
