using Agent.Domain.Faults;
using Agent.Engines.Kinds;

namespace Agent.Engines.Starting;

/// <summary>The reason why an engine was not started: the start would have failed, or would have harmed something that is there.</summary>
/// <param name="Fault">Code of the catalogue.</param>
/// <param name="Detail">The finding, and the process that has it.</param>
internal sealed record StartRefusal(string Fault, string Detail)
{
    /// <summary>Known values of <see cref="Placeholders"/>.</summary>
    public IReadOnlyDictionary<string, string>? Known { get; init; }

    /// <summary>Whether it passes by itself, or may.</summary>
    public bool Passes => Fault == FaultCodes.EngineStartHeldUp || Waits;

    /// <summary>Waiting for it costs nothing: a try that meets it again is not counted.</summary>
    public bool Waits => Fault == FaultCodes.EngineStartWithoutRoom;

    /// <summary>Timestamp of the refusal.</summary>
    public long Since { get; init; }

    public static StartRefusal Of(KindRefusal refusal) => new(
        refusal switch
        {
            { Class: RefusalClass.Passes } => FaultCodes.EngineStartHeldUp,
            { Class: RefusalClass.Room } => FaultCodes.EngineStartWithoutRoom,
            { Class: RefusalClass.Person } => FaultCodes.EngineStartForbidden,
            { IsOfEngine: true } => FaultCodes.EngineConfigError,
            _ => FaultCodes.EngineLaunchMisconfigured,
        },
        refusal.Text);
}
