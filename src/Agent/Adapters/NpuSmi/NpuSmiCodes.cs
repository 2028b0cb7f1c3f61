using System.Globalization;
using System.Text.RegularExpressions;

namespace Agent.Adapters.NpuSmi;

/// <summary>
/// The numbers that npu-smi ends with: numbers of the driver interface (-80xx) and its own numbers (-90xx). It prints them as "ret is N", and its
/// exit code is their last byte.
/// </summary>
internal static class NpuSmiCodes
{
    private static readonly Regex Number = RarePattern.OfLine(@"(?:ret|err) is (-[0-9]{4})\b");

    private const string Driver = "is the driver loaded (lsmod), are there /dev/davinci* nodes, is the agent's user in group HwHiAiUser?";
    private const string Channel = "look at the kernel log, and compare with `lspci -d 19e5:`";

    private static readonly Dictionary<int, (string Cause, string NextStep)> Known = new()
    {
        [-8002] = ("not permitted", "run as root, or add the agent's user to group HwHiAiUser"),
        [-8005] = ("no usable driver", Driver),
        [-8006] = ("the chip did not answer in time", "ask again; when it goes on, look at the kernel log"),
        [-8007] = ("the driver knows no such chip", "compare with `npu-smi info -l`; a chip that dropped off the bus is gone from it"),
        [-8008] = ("the driver knows no such chip", "compare with `npu-smi info -l`; a chip that dropped off the bus is gone from it"),
        [-8009] = ("the channel to the chip is broken", Channel),
        [-8010] = ("the channel to the chip is broken", Channel),
        [-8011] = ("the channel to the chip is broken", Channel),
        [-8012] = ("the chip is not ready", "it boots or is being reset: ask again in a minute; when it stays so, " + Channel),
        [-8013] = ("not possible in a container", "run it on the host itself"),
        [-8017] = ("the firmware is being upgraded", "wait until the upgrade has ended"),
        [-8020] = ("the device is used by another container", "stop the container that holds the chips, or complete the mounts of this one"),
        [-8255] = ("this host does not support it", "look at the versions of driver and firmware (npu-smi info -t board)"),
        [-9002] = ("not permitted", "run as root, or add the agent's user to group HwHiAiUser"),
        [-9006] = ("the chip did not answer in time", "ask again; when it goes on, look at the kernel log"),
        [-9008] = ("the driver knows no such chip", "compare with `npu-smi info -l`; a chip that dropped off the bus is gone from it"),
        [-9012] = ("the chip is not ready", "it boots or is being reset: ask again in a minute"),
        [-9020] = ("the device is in use", "look who holds it (fuser -v /dev/davinci*)"),
        [-9021] = ("the firmware is being upgraded", "wait until the upgrade has ended"),
    };

    /// <returns>Null when the line holds no number of the table.</returns>
    public static NpuSmiProblem? ProblemIn(string line) =>
        Number.Match(line) is { Success: true } number ? ProblemOf(int.Parse(number.Groups[1].Value, CultureInfo.InvariantCulture)) : null;

    /// <summary>For an answer without words. If several numbers have the same last byte, those of the start-up count.</summary>
    public static NpuSmiProblem? ProblemOfExit(int exitCode) =>
        Array.Find([-8005, -8020, -8255], code => (code & 0xFF) == exitCode) is < 0 and var code ? ProblemOf(code) : null;

    private static NpuSmiProblem? ProblemOf(int code) =>
        Known.TryGetValue(code, out var known) ? new NpuSmiProblem(false, $"{(code > -9000 ? "dcmi" : "npu-smi")} {code}: {known.Cause}", known.NextStep)
            : null;
}
