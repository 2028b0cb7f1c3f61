namespace Agent.Domain.Faults;

/// <summary>The reaction of the vendor's device plugin to a fault code, the mildest first (MindCluster, faultCode.json and its documentation).</summary>
public enum VendorLevel
{
    NotHandle,

    /// <summary>The chip works with less than full health.</summary>
    SubHealth,

    /// <summary>Expected to heal by itself; the request is to be sent again.</summary>
    RestartRequest,

    /// <summary>The job is to be started again on the same chip.</summary>
    RestartBusiness,

    /// <summary>The chip is to be reset when it is free.</summary>
    FreeRestartNpu,

    /// <summary>The job is to be stopped and the chip reset now.</summary>
    RestartNpu,

    /// <summary>No new job is to be put on the chip.</summary>
    PreSeparate,

    /// <summary>The chip is to be taken out of use.</summary>
    Separate,
}

public static class VendorLevels
{
    /// <summary>The fault of the catalogue that a level stands for, and with it the rung.</summary>
    public static string FaultOf(VendorLevel level) => level switch
    {
        // The chip takes no new job, but that is no reason to touch the running one. For example,
        // a RoCE port that is down takes nothing from an engine whose chips talk over HCCS.
        VendorLevel.NotHandle or VendorLevel.SubHealth or VendorLevel.PreSeparate => FaultCodes.ChipWarning,
        VendorLevel.RestartRequest or VendorLevel.RestartBusiness => FaultCodes.ChipError,
        VendorLevel.FreeRestartNpu or VendorLevel.RestartNpu => FaultCodes.ChipAlarm,
        _ => FaultCodes.ChipUnfit,
    };
}
