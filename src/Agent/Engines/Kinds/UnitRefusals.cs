using static Agent.Engines.Kinds.RefusalWords;

namespace Agent.Engines.Kinds;

/// <summary>
/// The words of systemctl when it refuses, and the properties of the unit that tell why its
/// start failed (LoadState=, Result=), in the order in which a line is compared with them.
/// </summary>
internal static class UnitRefusals
{
    private const string Tried = "systemctl 252 on Debian 12";
    private const string Systemd = "systemd 243 to 257 (bus-error.c, bus-wait-for-jobs.c)";
    private const string Bus = "sd-bus of systemd 243 to 257";
    private const string Kernel = "errno texts of Linux";

    public static readonly IReadOnlyList<RefusalWords> All =
    [
        Person("is masked", Tried, "somebody masked it, which is no setting of the engine: systemctl unmask UNIT"),
        Person("LoadState=masked", Tried, "somebody masked it, which is no setting of the engine: systemctl unmask UNIT"),
        Person("Access denied", Tried, "the polkit rule of the package lets the agent's user start its units; see whether it is there"),
        Person("Interactive authentication required", Tried, "the polkit rule of the package lets the agent's user start its units; see whether it is there"),
        Person("PolicyKit1 was not provided", Bus, "install polkit, or let the agent run as root"),
        Person("connect to bus*permi", Bus, "let the agent's user reach the bus of the host"),
        Person("may be requested by dependency only", Tried, "take RefuseManualStart= out of the unit, or start the unit that it belongs to"),

        // Other jobs are in the way of this job.
        Passes("Job for*canceled", Tried),
        Passes("is destructive", Tried, "the host may be going down, or a unit that conflicts with it is being stopped"),
        Passes("dependency job for*failed", Tried, "see which unit it needs: systemctl list-dependencies UNIT"),
        Passes("timeout was exceeded", Tried),
        Passes("attempted too often", Systemd),
        Passes("repeated too quickly", Systemd),
        Passes("Result=start-limit-hit", Systemd),
        Passes("unavailable resources or another system error", Systemd),
        Passes("Result=resources", Systemd),
        Passes("Result=oom-kill", Systemd),
        Passes("Result=timeout", Tried),
        Passes("Result=signal", Systemd),
        Passes("Result=core-dump", Systemd),
        Passes("Result=watchdog", Systemd),

        // A manager or a bus that is away or slow.
        Setting("not been booted with systemd", Tried, "kind systemd needs a host that runs it"),
        Passes("Connection timed out", Bus),
        Passes("connect to bus", Tried),
        Passes("Transport endpoint is not connected", Bus),
        Passes("Connection reset by peer", Bus),
        Passes("disconnected from message bus", Bus),
        Passes("Remote peer disconnected", Bus),
        Passes("Did not receive a reply", Bus),
        Passes("shutting down", Bus),
        Passes("Resource temporarily unavailable", Kernel),
        Passes("Cannot allocate memory", Kernel),
        Room("No space left on device", Kernel, "make room in /run and on the disk of the unit's folders"),
        Room("Disk quota exceeded", Kernel, "make room in the unit's folders, or raise the quota"),

        Setting("Unit *not found", Tried, "name a unit that is there, or install it and run systemctl daemon-reload"),
        Setting("LoadState=not-found", Tried, "name a unit that is there, or install it and run systemctl daemon-reload"),
        Setting("bad unit file setting", Tried, "systemctl status UNIT shows the line"),
        Setting("LoadState=bad-setting", Tried, "systemctl status UNIT shows the line"),
        Setting("LoadState=error", Systemd, "systemctl status UNIT shows the line"),
        Setting("failed to load", "systemctl 219 and 256", "systemctl status UNIT shows the line"),
        Setting("missing the instance name", Systemd),
        Setting("not loaded properly", Systemd, "systemctl status UNIT shows the line"),
        Setting("is not valid", Systemd),
        Setting("Invalid", Systemd),
        Setting("Assertion failed", Systemd, "an Assert of the unit does not hold on this host"),
        Setting("Unknown option", Systemd),
        Setting("Result=exit-code", Tried),
        Setting("Result=protocol", Systemd, "Type= of the unit is not what its program does"),
        Person("Permission denied", Kernel, "a right of the host is in the way"),
    ];
}
