namespace Agent.Domain.Recovery;

/// <summary>The recovery ladder, from the narrowest rung to the widest. Each rung is verified before the next is taken.</summary>
public enum Rung
{
    /// <summary>Record and tell.</summary>
    Note,

    /// <summary>Stop the engine's tree, wait for its chip memory, start, verify.</summary>
    Engine,

    /// <summary>Kill leftover processes of the engine that hold its chips, start, verify.</summary>
    Orphans,

    /// <summary>Stop the engines concerned, reset the chip, wait until it is well, start, verify.</summary>
    Chip,

    /// <summary>Stop every engine, restart the driver, wait for all chips, start, verify.</summary>
    Driver,

    /// <summary>Stop trying; a person takes over.</summary>
    HandOver,
}
