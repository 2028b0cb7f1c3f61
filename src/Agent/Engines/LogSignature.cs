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

/// <summary>A kind of line that names the cause of a failure.</summary>
/// <param name="Id">Short name for evidence, such as <c>aicore-timeout</c>.</param>
/// <param name="Fault">Code of the catalogue; null for an echo.</param>
/// <param name="Hints">Texts of which one is in every line that fits: they make the search fast.</param>
/// <param name="IsEcho">
/// After the first error every rank prints lines such as this one: it is taken for the cause only when nothing better is found.
/// </param>
internal sealed record LogSignature(string Id, Cure Cure, string? Fault, IReadOnlyList<string> Hints, Regex Pattern, bool IsEcho = false)
{
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
