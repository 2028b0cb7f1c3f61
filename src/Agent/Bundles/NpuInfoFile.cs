using System.Globalization;

namespace Agent.Bundles;

/// <summary>
/// The answers of the vendor's tools in the one form that ascend-fd reads: each answer under the command in its usual place. ascend-fd wants one file
/// from before the work and one from after it, and reads neither alone. Nobody asked before the work, so both files are the same. Its comparisons
/// then show no difference, and its judgements of a single file still work.
/// </summary>
internal static class NpuInfoFile
{
    public const string NpuSmi = "/usr/local/bin/npu-smi";
    public const string HccnTool = "/usr/local/Ascend/driver/tools/hccn_tool";

    public static readonly IReadOnlyList<string> Names = ["environment_check/npu_info_before.txt", "environment_check/npu_info_after.txt"];

    public static void Begin(BundleFolder folder, DateTimeOffset at)
    {
        foreach (var name in Names)
            folder.Write(name, string.Create(CultureInfo.InvariantCulture, $"Datetime: {at.LocalDateTime:yyyy-MM-dd HH:mm:ss.ffffff}\n\n"));
    }

    public static void Add(BundleFolder folder, string command, string answer)
    {
        foreach (var name in Names)
            folder.Append(name, $"{command}\n{answer.TrimEnd('\n')}\n\n");
    }
}
