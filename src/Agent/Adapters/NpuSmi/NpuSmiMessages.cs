using Agent.Adapters.Processes;

namespace Agent.Adapters.NpuSmi;

/// <summary>
/// The messages of npu-smi in place of an answer, and what a person can do about each. npu-smi often prints them with exit code 0 (the source of the
/// tool; captures npu-smi_info_error_* and npu-smi_not-supported_*). The first message that fits counts.
/// </summary>
internal static class NpuSmiMessages
{
    private const string Unsupported = "This device does not support";

    private static readonly (string Says, string Cause, string NextStep)[] Known =
    [
        ("error while loading shared libraries", "a driver library is missing",
            "add /usr/local/Ascend/driver/lib64 and its driver and common folders to LD_LIBRARY_PATH"),
        ("undefined symbol", "npu-smi and the driver libraries are of different versions",
            "compare `npu-smi -v` with the driver's version.info; look for a second driver in LD_LIBRARY_PATH"),
        ("command not found", "npu-smi was not found", "install the NPU driver, or set vendor.npu_smi to its path (often /usr/local/sbin/npu-smi)"),
        ("module initialize failed", "the driver interface cannot be opened", "look up the dcmi code; is the driver loaded?"),
        ("model initialized failed", "the driver interface cannot be opened", "look up the dcmi code; is the driver loaded?"),
        ("Permission denied", "permission denied", "run as root, or add the agent's user to group HwHiAiUser"),
        ("not permitted", "this user may not do it", "run as root, or add the agent's user to group HwHiAiUser"),
        ("cannot be executed on a", "not possible in a container or virtual machine", "run it on the host itself"),
        (Unsupported, "this chip does not support it", "nothing to do: not every chip has every query"),
        ("in SMP mode, does not support", "this chip does not support it in SMP mode", "nothing to do: not every chip has every query"),
        ("There is no NPU card on this server", "the driver sees no card", "compare with `lspci -d 19e5:`; look at the kernel log"),
        ("Invalid card id", "the driver knows no such card", "compare with `npu-smi info -l`; a card that dropped off the bus is gone from it"),
        ("Must input parameter of", "npu-smi does not know the parameter", "compare with `npu-smi info -h` of this driver"),
        ("This command must input", "npu-smi does not know the parameter", "compare with `npu-smi info -h` of this driver"),
        ("Error parameter of", "npu-smi does not know the parameter", "compare with `npu-smi info -h` of this driver"),
        ("Command or option is not found", "npu-smi does not know the parameter", "compare with `npu-smi info -h` of this driver"),
        ("Failed to get card number", "the driver does not answer", "look at the kernel log (dmesg)"),
        ("Failed to query", "the driver does not answer", "look at the kernel log (dmesg)"),
        ("Segmentation fault", "npu-smi crashed", "compare `npu-smi -v` with the driver's version.info; look at the kernel log"),
        ("Failed to execute npu-smi", "npu-smi failed", "run the same command by hand"),
        ("failed. ret is", "npu-smi failed", "run the same command by hand"),
        ("failed. err is", "npu-smi failed", "run the same command by hand"),
    ];

    /// <returns>Null when the text holds none of these messages.</returns>
    public static NpuSmiProblem? ProblemIn(string text)
    {
        // A row of a table is an answer, not a message: the name of a process in it may be any text.
        var lines = PrintedLines.Of(text).Where(l => !l.StartsWith('|')).ToList();
        if (lines.Select(NpuSmiCodes.ProblemIn).FirstOrDefault(p => p is not null) is { } numbered)
            return numbered;
        foreach (var (says, cause, nextStep) in Known)
        {
            if (lines.Find(l => l.Contains(says, StringComparison.OrdinalIgnoreCase)) is { } line)
                return new NpuSmiProblem(false, $"{cause}: {line}", nextStep) { Unsupported = says == Unsupported };
        }

        return null;
    }
}
