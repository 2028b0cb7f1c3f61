using Agent.Domain.Faults;
using Agent.Engines.Kinds;

namespace Agent.Engines.Starting;

/// <summary>Why an engine was not started: the start would have failed, or would have harmed what is there.</summary>
/// <param name="Fault">Code of the catalogue.</param>
/// <param name="Detail">What was found, and who has it.</param>
internal sealed record StartRefusal(string Fault, string Detail)
{
    /// <summary>Values of <see cref="Placeholders"/> that are known with it.</summary>
    public IReadOnlyDictionary<string, string>? Known { get; init; }

    /// <summary>It passes by itself, or may.</summary>
    public bool Passes => Fault == FaultCodes.EngineStartHeldUp || Waits;

    /// <summary>Nothing is worn out by waiting for it: every try that finds it again is none.</summary>
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
