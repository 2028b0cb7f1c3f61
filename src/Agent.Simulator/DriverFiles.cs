namespace Agent.Simulator;

/// <summary>The signs of a loaded driver on a host without a driver unit: modules, device nodes and its version file.</summary>
internal static class DriverFiles
{
    private static readonly string[] Modules =
        ["drv_pcie_host", "asdrv_trs", "asdrv_svm", "asdrv_dms", "asdrv_fms", "drv_pcie_hdc_host", "asdrv_pbl", "ascend_kernel_open_adapt"];

    public static void Write(World world, int chips)
    {
        string[] nodes = ["davinci_manager", "devmm_svm", "hisi_hdc", .. Enumerable.Range(0, chips).Select(i => $"davinci{i}")];
        foreach (var folder in (string[])["proc", "dev", "driver"])
            Directory.CreateDirectory(Path.Combine(world.Folder, folder));
        File.WriteAllText(Path.Combine(world.Folder, "proc", "modules"), string.Concat(Modules.Select(m => $"{m} 385024 2 - Live 0x0000000000000000 (OE)\n")));
        foreach (var node in nodes)
            File.WriteAllText(Path.Combine(world.Folder, "dev", node), "");
        File.WriteAllText(Path.Combine(world.Folder, "driver", "version.info"), "Version=25.2.0\nascendhal_version=7.35.23\npackage_version=25.2.0\n");
    }
}
