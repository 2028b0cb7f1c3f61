namespace Agent.Adapters.Hccn;

/// <summary>Why there is no answer. Only some of these kinds say anything about the host.</summary>
internal enum HccnTrouble
{
    /// <summary>No such program on this host.</summary>
    Absent,

    /// <summary>This product has no such port.</summary>
    Unsupported,

    /// <summary>The port has no optical module (a copper cable, or nothing).</summary>
    NoModule,
    Hangs,

    /// <summary>This user may not ask.</summary>
    Refused,

    /// <summary>Everything else.</summary>
    Failed,
}

/// <summary>Why hccn_tool told nothing, and what a person can do about it.</summary>
internal sealed record HccnProblem(HccnTrouble Trouble, string Cause, string NextStep);

/// <summary>
/// The messages of hccn_tool in place of an answer, on stdout or stderr. Its exit code is cut to a byte and is not unique, so the text decides. The
/// first message that fits counts.
/// </summary>
internal static class HccnMessages
{
    private static readonly (string Says, HccnTrouble Trouble, string Cause, string NextStep)[] Known =
    [
        ("not supported on this product", HccnTrouble.Unsupported, "this product has no such port",
            "nothing to do: chips of this product have no network port of their own"),
        ("Optical module is not present", HccnTrouble.NoModule, "the port has no optical module",
            "nothing to do where the port is not used; otherwise look at the cable"),
        ("hccn_tool is busy", HccnTrouble.Failed, "another hccn_tool runs", "see who calls it (`ps -ef | grep hccn_tool`): it works for one caller at a time"),
        ("permission denied", HccnTrouble.Refused, "permission denied", "hccn_tool wants root: run the agent as root, or switch the probe link-health off"),
        ("device is not exist", HccnTrouble.Failed, "the driver knows no such device", "compare with `npu-smi info -m`"),
        ("Control link unreachable", HccnTrouble.Failed, "the device does not answer on its control link",
            "look at the health of the chip (npu-smi info) and at the kernel log"),
        ("error while loading shared libraries", HccnTrouble.Failed, "a driver library is missing",
            "add /usr/local/Ascend/driver/lib64 and its driver and common folders to LD_LIBRARY_PATH"),
        ("hccn_tool -h", HccnTrouble.Failed, "hccn_tool does not know the parameters",
            "a 950 wants its ports in vendor.hccn_ports; else compare with `hccn_tool -h`"),
    ];

    /// <returns>Null when the text holds none of these messages.</returns>
    public static HccnProblem? ProblemIn(string text)
    {
        foreach (var (says, trouble, cause, nextStep) in Known)
        {
            if (text.Split('\n').FirstOrDefault(l => l.Contains(says, StringComparison.OrdinalIgnoreCase)) is { } line)
                return new HccnProblem(trouble, $"{cause}: {line.Trim()}", nextStep);
        }

        return null;
    }
}
