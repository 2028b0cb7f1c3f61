namespace Agent.Adapters.Kernel;

/// <summary>The signs of the NPU driver in the kernel and the file system, on a host without a driver unit.</summary>
/// <param name="Modules">Loaded modules of the driver.</param>
/// <param name="Chips">Device nodes of chips, davinci0 and up.</param>
/// <param name="Managers">The device nodes that exist, of those that every use of a chip needs.</param>
/// <param name="Version">The version of the driver package; null when its file cannot be read.</param>
internal sealed record DriverState(IReadOnlyList<string> Modules, int Chips, IReadOnlyList<string> Managers, string? Version);

/// <param name="modulesFile">/proc/modules, or the file that stands in for it.</param>
/// <param name="deviceFolder">/dev, or the folder that stands in for it.</param>
/// <param name="versionFile">version.info of the driver package.</param>
internal sealed class DriverFiles(string modulesFile, string deviceFolder, string versionFile)
{
    // Modules of HDK 24 and newer, and modules of older packages (logs.md of the vendor's driver package, load scripts).
    private static readonly string[] Prefixes = ["asdrv_", "drv_pcie", "drv_davinci", "drv_devm", "ascend_"];

    private static readonly string[] ManagerNodes = ["davinci_manager", "devmm_svm", "hisi_hdc"];

    /// <exception cref="IOException">The list of modules cannot be read.</exception>
    public DriverState Read() => new(
        [.. File.ReadLines(modulesFile).Select(l => l.Split(' ')[0]).Where(m => Array.Exists(Prefixes, p => m.StartsWith(p, StringComparison.Ordinal)))],
        Directory.Exists(deviceFolder) ? Directory.EnumerateFileSystemEntries(deviceFolder, "davinci*").Count(IsChip) : 0,
        [.. ManagerNodes.Where(n => Path.Exists(Path.Combine(deviceFolder, n)))],
        VersionFile.Read(versionFile));

    private static bool IsChip(string path) => Path.GetFileName(path)["davinci".Length..] is { Length: > 0 } number && number.All(char.IsAsciiDigit);
}
