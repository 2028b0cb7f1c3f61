using Agent.Adapters.Files;

namespace Agent.Configuration.Host;

/// <summary>
/// The vendor commands, each overridable. The published guide's commands were found on no real host, so they are one
/// profile of two: <c>guide</c> has the guide's words, <c>ascend</c> what real hosts have.
/// </summary>
internal sealed record VendorSettings
{
    /// <summary>Name of the profile that the defaults come from.</summary>
    public required string Profile { get; init; }

    /// <summary>How the profile came to be chosen.</summary>
    public required string ProfileReason { get; init; }

    public required string NpuSmi { get; init; }

    public required TimeSpan NpuSmiLimit { get; init; }

    /// <summary>Asks the network port of a chip; not needed where there are none.</summary>
    public required string HccnTool { get; init; }

    public required TimeSpan HccnToolLimit { get; init; }

    /// <summary>Ports of each chip as DIE/PORT, on a 950. Null: chips with one port, which is asked without a name.</summary>
    public required IReadOnlyList<string>? HccnPorts { get; init; }

    public required string Systemctl { get; init; }

    /// <summary>Null: this host has no driver unit to look at.</summary>
    public required string? DriverUnit { get; init; }

    /// <summary>List of kernel modules, /proc/modules. Null: modules and device nodes are not looked at.</summary>
    public required string? ModulesFile { get; init; }

    /// <summary>Folder of the device nodes, /dev.</summary>
    public required string DeviceFolder { get; init; }

    /// <summary>version.info of the driver package.</summary>
    public required string VersionFile { get; init; }

    /// <summary>In the place of a path: the kernel's lines are read from the systemd journal.</summary>
    public const string Journal = "journal";

    /// <summary>Kernel log, /dev/kmsg or <see cref="Journal"/>. Null: it is not followed.</summary>
    public required string? KernelLog { get; init; }

    /// <summary>Null: the rung <c>driver</c> is not available.</summary>
    public required IReadOnlyList<string>? DriverRestart { get; init; }

    public required TimeSpan DriverRestartLimit { get; init; }

    /// <summary>Placeholders {card} and {chip}. Null: the rung <c>chip</c> is not available.</summary>
    public required IReadOnlyList<string>? ChipReset { get; init; }

    /// <summary>What the reset is told on its standard input: it asks twice on HCCS boards.</summary>
    public required string ChipResetAnswers { get; init; }

    public required TimeSpan ChipResetLimit { get; init; }

    /// <summary>How long chips may take to be well after a reset or a driver restart.</summary>
    public required TimeSpan ChipsReadyLimit { get; init; }

    /// <summary>Placeholder {dir}; run inside that folder. Null: no device logs in bundles.</summary>
    public required IReadOnlyList<string>? CollectDlog { get; init; }

    public required TimeSpan CollectDlogLimit { get; init; }
}

/// <summary>What a profile says for the commands that differ.</summary>
internal sealed record VendorProfile(string Name, string? DriverUnit, string? ModulesFile, string? KernelLog, IReadOnlyList<string>? DriverRestart,
    IReadOnlyList<string>? CollectDlog)
{
    public static readonly VendorProfile Guide = new(
        "guide",
        "devdrv",
        null,
        null,
        ["systemctl", "--no-ask-password", "restart", "devdrv"],
        ["ascend-dlog", "-d", "0", "-f", "{dir}"]);

    // No driver daemon exists on real hosts, the modules tell; msnpureport writes into its working folder. The kernel log is
    // root's alone on many hosts, the journal is for the group systemd-journal, to which the agent of the package belongs.
    // Asked each time: a command of root may become the agent's user.
    public static VendorProfile Ascend => new("ascend", null, "/proc/modules", FileOwner.IsRoot ? "/dev/kmsg" : VendorSettings.Journal, null, Report);

    private static readonly IReadOnlyList<string> Report = ["msnpureport", "report"];

    /// <summary>The same on every profile: in-band reset.</summary>
    public static readonly IReadOnlyList<string> ChipReset = ["npu-smi", "set", "-t", "reset", "-i", "{card}", "-c", "{chip}", "-m", "1"];

    /// <param name="word">auto, guide or ascend.</param>
    /// <param name="exists">Whether a program is on PATH.</param>
    public static (VendorProfile Profile, string Reason) Resolve(string word, Func<string, bool> exists) => word switch
    {
        "guide" => (Guide, "set in the configuration"),
        "ascend" => (Ascend, "set in the configuration"),
        _ when exists("ascend-dlog") => (Guide, "auto: ascend-dlog was found on PATH"),
        _ when exists("msnpureport") => (Ascend, "auto: msnpureport was found on PATH"),
        _ => (Ascend, "auto: neither ascend-dlog nor msnpureport was found on PATH"),
    };
}
