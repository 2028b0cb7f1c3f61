using Agent.Domain.Faults;
using static Agent.Engines.Causes.NewSignature;

namespace Agent.Engines.Causes;

/// <summary>
/// Lines that every other rank prints after the first error, and errors that
/// name no cause of their own. They count only while nothing better is found.
/// </summary>
internal static class EchoSignatures
{
    public static readonly IReadOnlyList<LogSignature> All =
    [
        Of("driver-internal-error", FaultCodes.DeviceNotAvailable, Cure.RestoreDriver, @"drvRet(?:Code)?=87\b|\bEL000[15]\b|\bE39002\b|Resource_Busy|"
            + Code("507899|207004"), ["drvRet", "EL0001", "EL0005", "E39002", "Resource_Busy", "507899", "207004"]) with { Standing = Standing.Echo },
        Of("device-used", FaultCodes.DeviceTaken, Cure.ClearProcesses, @"because the device is used.{0,300}-8020\b",
            ["because the device is used"]) with { Standing = Standing.Echo },
        Of("peer-suspected", FaultCodes.EngineCommunicationFailed, Cure.RestartEngine, "SUSPECT REMOTE ERROR|" + Code("507057"),
            ["SUSPECT REMOTE ERROR", "507057"]) with { Standing = Standing.Echo },
        Of("notify-timeout", FaultCodes.EngineCommunicationFailed, Cure.RestartEngine,
            @"\bEI0002\b|\bE[IJ]9999\b|(?i:\bhccl \w{1,20} ?task timeout|stuck notify)", ["EI0002", "EI9999", "EJ9999", "task timeout",
            "tuck notify"]) with { Standing = Standing.Echo },
        Of("aicpu-operator-timeout", FaultCodes.EngineDeviceError, Cure.RestartEngine, @"\bE30008\b", ["E30008"]) with { Standing = Standing.Echo },
        Of("task-aborted", null, Cure.None, "FORCE STOP|device task abort|driver package may not be completely installed|" + Code("10702[23]|107035"),
            ["FORCE STOP", "device task abort", "driver package may not be", "107022", "107023", "107035"]) with { Standing = Standing.Echo },
        // Any code of the run-time library that no line above knows. The engine is started again.
        Of("runtime-error", FaultCodes.EngineDeviceError, Cure.RestartEngine, Code(@"(?:1070|2070|507[089])[0-9][0-9]") + @"|\bE[A-Z0-9]9999\b|\bEZ9903\b",
            ["1070", "2070", "5070", "5078", "5079", "EE9999", "EZ9999", "EL9999", "EH9999", "E19999", "E39999", "EK9999", "EO9999", "EP9999",
            "EZ9903"]) with { Standing = Standing.Echo },
    ];
}
