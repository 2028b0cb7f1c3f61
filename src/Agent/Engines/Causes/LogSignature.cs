using System.Text.RegularExpressions;
using Agent.Domain.Faults;

namespace Agent.Engines.Causes;

/// <summary>The cure for the failure that a line tells of.</summary>
internal enum Cure
{
    RestartEngine,

    /// <summary>Leftover or foreign processes have to go first.</summary>
    ClearProcesses,

    ResetChip,

    /// <summary>The driver has to come back, or a person has to boot the host.</summary>
    RestoreDriver,

    /// <summary>Nothing short of a reboot brings the device back.</summary>
    RebootHost,

    /// <summary>The chip has to be taken out of use.</summary>
    ReplaceChip,

    /// <summary>Configuration, capacity or environment: every start would fail again.</summary>
    Person,

    /// <summary>The line follows from another failure and says nothing by itself.</summary>
    None,
}

/// <summary>The phase of a run in which a line may name a cause.</summary>
[Flags]
internal enum CausePhase
{
    /// <summary>Until the engine is up for the first time.</summary>
    Starting = 1,

    Serving = 2,

    Always = Starting | Serving,
}

/// <summary>The source of a line.</summary>
[Flags]
internal enum LineSource
{
    /// <summary>Warnings and news: the engine goes on.</summary>
    Warning = 1,

    /// <summary>A client's request: its answer is an error, and the engine goes on.</summary>
    Request = 2,

    /// <summary>The code that builds the configuration, before there is an engine core.</summary>
    StartUp = 4,

    Engine = 8,
}

/// <summary>The weight of a line among the other lines of one failure.</summary>
internal enum Standing
{
    /// <summary>Every other rank prints it after the first error. It counts while nothing better is found.</summary>
    Echo,

    /// <summary>The line is true, but a line that follows often explains it.</summary>
    Vague,

    /// <summary>The line names the failure itself. The first such line counts.</summary>
    Plain,
}

/// <summary>The meaning of a cause: the cure, and the fault of the catalogue. A cause that says nothing by itself has no fault.</summary>
internal sealed record CauseMeaning(Cure Cure, string? Fault);

/// <summary>A kind of line that names the cause of a failure, with the phase and the sources in which it may speak.</summary>
/// <param name="Id">Short name for evidence, such as <c>aicore-timeout</c>.</param>
/// <param name="Fault">Code of the catalogue; null for an echo.</param>
/// <param name="Hints">Every line that fits holds one of these texts. They make the search fast.</param>
internal sealed record LogSignature(string Id, Cure Cure, string? Fault, IReadOnlyList<string> Hints, Regex Pattern)
{
    public CausePhase Speaks { get; init; } = CausePhase.Always;

    public LineSource From { get; init; } = LineSource.StartUp | LineSource.Engine;

    public Standing Standing { get; init; } = Standing.Plain;

    /// <summary>The meaning for an engine that had served. Null: the same as for one that starts.</summary>
    public CauseMeaning? OnceServed { get; init; }

    /// <summary>The lines below it that belong to its message. Null: it stands alone.</summary>
    public Regex? Below { get; init; }

    /// <summary>A cause with more weight displaces one with less.</summary>
    public int Weight => Fault is null ? -1 : (int)Standing;

    public CauseMeaning In(CausePhase phase) => phase == CausePhase.Serving && OnceServed is { } served ? served : new CauseMeaning(Cure, Fault);

    public bool MaySpeak(CausePhase phase, LineSource source) => (Speaks & phase) != default(CausePhase) && (From & source) != default(LineSource);

    public static string FaultOf(Cure cure) => cure switch
    {
        Cure.ClearProcesses => FaultCodes.ChipMemoryHeld,
        Cure.ResetChip => FaultCodes.DeviceContactLost,
        Cure.RestoreDriver => FaultCodes.DeviceNotAvailable,
        Cure.RebootHost => FaultCodes.HostRebootNeeded,
        Cure.ReplaceChip => FaultCodes.DeviceUnfit,
        Cure.Person => FaultCodes.EngineConfigError,
        _ => FaultCodes.EngineDeviceError,
    };
}
