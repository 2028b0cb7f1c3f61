namespace Agent.Probes.Driver;

internal enum KernelTopic
{
    /// <summary>The driver of the NPUs, or the PCIe link to one.</summary>
    Driver,

    /// <summary>A process was killed because memory ran out.</summary>
    NoMemory,

    /// <summary>Memory of the host itself is broken.</summary>
    BadMemory,

    /// <summary>A process of an engine waits in the kernel, for something that is not the driver's.</summary>
    StuckEngine,
}

/// <summary>One thing that the kernel log tells.</summary>
/// <param name="Topic">Of what.</param>
/// <param name="Text">The line, with what later lines of the same report add.</param>
/// <param name="Engine">Whose process it was; null where that is nobody's or not known.</param>
/// <param name="Process">Which process or thread it was; empty where that is not told.</param>
internal sealed record KernelEvent(KernelTopic Topic, string Text, string? Engine = null, string Process = "");
