using System.Text.RegularExpressions;
using Agent.Domain.Faults;

namespace Agent.Engines;

/// <summary>What cures the failure that a line tells of.</summary>
internal enum Cure
{
    RestartEngine,

    /// <summary>Leftover or foreign processes have to go first.</summary>
    ClearProcesses,

    ResetChip,

    /// <summary>The driver has to come back, or the host be booted.</summary>
    RestoreDriver,

    /// <summary>Nothing short of a reboot brings the device back.</summary>
    RebootHost,

    /// <summary>The chip has to be taken out of use.</summary>
    ReplaceChip,

    /// <summary>Configuration, capacity or environment: every start would fail again.</summary>
    Person,

    /// <summary>Follows from another failure; says nothing by itself.</summary>
    None,
}

/// <summary>When in the life of a run a line may name a cause.</summary>
[Flags]
internal enum CausePhase
{
    /// <summary>Until the engine is up for the first time.</summary>
    Starting = 1,

    Serving = 2,

    Always = Starting | Serving,
}

/// <summary>Where a line comes from.</summary>
[Flags]
internal enum LineSource
{
    /// <summary>Warnings and news: the engine goes on.</summary>
    Warning = 1,

    /// <summary>A client's request: its answer is an error, the engine goes on.</summary>
    Request = 2,

    /// <summary>What builds the configuration, before there is an engine core.</summary>
    StartUp = 4,

    Engine = 8,
}

/// <summary>How a line stands among the others of one failure.</summary>
internal enum Standing
{
    /// <summary>Every other rank prints it after the first error: it counts while nothing better is found.</summary>
    Echo,

    /// <summary>True, and often explained by a line that follows.</summary>
    Vague,

    /// <summary>Names what is wrong; the first one counts.</summary>
    Plain,
}

/// <summary>What a cause means: the cure, and the fault of the catalogue; no fault for what says nothing by itself.</summary>
internal sealed record CauseMeaning(Cure Cure, string? Fault);

/// <summary>A kind of line that names the cause of a failure, with when and from where it may speak.</summary>
/// <param name="Id">Short name for evidence, such as <c>aicore-timeout</c>.</param>
/// <param name="Fault">Code of the catalogue; null for an echo.</param>
/// <param name="Hints">Texts of which one is in every line that fits: they make the search fast.</param>
internal sealed record LogSignature(string Id, Cure Cure, string? Fault, IReadOnlyList<string> Hints, Regex Pattern)
{
    public CausePhase Speaks { get; init; } = CausePhase.Always;

    public LineSource From { get; init; } = LineSource.StartUp | LineSource.Engine;

    public Standing Standing { get; init; } = Standing.Plain;

    /// <summary>What it means of an engine that served; null: the same as of one that starts.</summary>
    public CauseMeaning? OnceServed { get; init; }

    /// <summary>Lines below it that belong to its message; null: it stands alone.</summary>
    public Regex? Below { get; init; }

    /// <summary>What counts more displaces what counts less.</summary>
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
