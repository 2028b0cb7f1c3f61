namespace Agent.Adapters.NpuSmi;

/// <summary>
/// What npu-smi says instead of an answer, often with exit code 0 (the tool's source; captures npu-smi_info_error_* and
/// npu-smi_not-supported_*), and what a person can do about it. The first that fits counts.
/// </summary>
internal static class NpuSmiMessages
{
    private const string Unsupported = "This device does not support";

    private static readonly (string Says, string Cause, string NextStep)[] Known =
    [
        ("-8005", "dcmi -8005: no usable driver", "is the driver loaded (lsmod), are there /dev/davinci* nodes, is the agent's user in group HwHiAiUser?"),
        ("-8020", "dcmi -8020: the device is used by another container", "stop the container that holds the chips, or complete the mounts of this one"),
        ("-8255", "dcmi -8255: this host does not support it", "look at the versions of driver and firmware (npu-smi info -t board)"),
        ("error while loading shared libraries", "a driver library is missing", "add /usr/local/Ascend/driver/lib64 and its driver and common folders to LD_LIBRARY_PATH"),
        ("module initialize failed", "the driver interface cannot be opened", "look up the dcmi code; is the driver loaded?"),
        ("model initialized failed", "the driver interface cannot be opened", "look up the dcmi code; is the driver loaded?"),
        ("Permission denied", "permission denied", "run as root, or add the agent's user to group HwHiAiUser"),
        ("not permitted", "this user may not do it", "run as root, or add the agent's user to group HwHiAiUser"),
        ("cannot be executed on a", "not possible in a container or virtual machine", "run it on the host itself"),
        (Unsupported, "this chip does not support it", "nothing to do: not every chip has every query"),
        ("There is no NPU card on this server", "the driver sees no card", "compare with `lspci -d 19e5:`; look at the kernel log"),
        ("Invalid card id", "the driver knows no such card", "compare with `npu-smi info -l`; a card that dropped off the bus is gone from it"),
        ("Error parameter of", "npu-smi does not know the parameter", "compare with `npu-smi info -h` of this driver"),
        ("Command or option is not found", "npu-smi does not know the parameter", "compare with `npu-smi info -h` of this driver"),
        ("Failed to get card number", "the driver does not answer", "look at the kernel log (dmesg)"),
        ("Failed to query", "the driver does not answer", "look at the kernel log (dmesg)"),
        ("Failed to execute npu-smi", "npu-smi failed", "run the same command by hand"),
    ];

    /// <returns>Null when the text holds none of them.</returns>
    public static NpuSmiProblem? ProblemIn(string text)
    {
        foreach (var (says, cause, nextStep) in Known)
        {
            if (LineWith(text, says) is { } line)
                return new NpuSmiProblem(false, cause.Contains("dcmi", StringComparison.Ordinal) ? cause : $"{cause}: {line}", nextStep) { Unsupported = says == Unsupported };
        }

        return null;
    }

    // A row of a table is an answer: a process may be named as it likes.
    private static string? LineWith(string text, string says)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.Contains(says, StringComparison.Ordinal) && !line.TrimStart().StartsWith('|'))
                return line.Trim();
        }

        return null;
    }
}
