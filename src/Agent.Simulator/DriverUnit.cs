namespace Agent.Simulator;

/// <summary>The driver as the unit devdrv. A restart is a job of the host: it goes on even if the systemctl that asked for it is killed.</summary>
internal sealed class DriverUnit(World world, WorldFiles files)
{
    private const string File = "driver.json";
    private const double RestartSeconds = 4;

    private static readonly string[] Cured = ["chips-unavailable", "driver-down", "chip-alarm"];

    /// <summary>npu-smi cannot reach it.</summary>
    public bool IsDown => Now() is { RestartUntil: not null } or { Stopped: true } || world.Faults.Stands("driver-down");

    public DriverState Now()
    {
        if (Settled(Read()) is not { } done)
            return Read();
        using var guard = files.Lock();
        if (Settled(Read()) is null)
            return Read();
        if (!done.Failed)
            Array.ForEach(Cured, world.Faults.Heal);
        files.Write(File, done, WorldJson.Default.DriverState);
        return done;
    }

    public void BeginRestart()
    {
        using var guard = files.Lock();
        DeviceLogFiles.Wipe(world.DeviceLogs);
        files.Write(File, Read() with { RestartUntil = DateTimeOffset.UtcNow + world.Pace(RestartSeconds), Stopped = false }, WorldJson.Default.DriverState);
    }

    public void Stop()
    {
        using var guard = files.Lock();
        files.Write(File, Read() with { RestartUntil = null, Stopped = true, Failed = false }, WorldJson.Default.DriverState);
    }

    private DriverState Read() => files.Read(File, WorldJson.Default.DriverState)
        ?? throw new WorldException($"{files.Path(File)} is gone: end this host with `simulator down` and make a new one");

    /// <summary>The state after a restart whose time is over; null when there is no such restart.</summary>
    private DriverState? Settled(DriverState state)
    {
        if (state.RestartUntil is not { } until || DateTimeOffset.UtcNow < until)
            return null;
        var failed = world.Faults.Stands("driver-restart-fails");
        return new DriverState(null, failed, false, failed ? state.ActiveSince : until);
    }
}
