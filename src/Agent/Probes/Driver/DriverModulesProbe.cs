using Agent.Adapters.Kernel;
using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;

namespace Agent.Probes.Driver;

/// <summary>
/// Real hosts have no driver service: kernel modules, device nodes and the version file tell whether the driver is there.
/// It sees a driver that is not loaded, as after a kernel update. What it cannot see: modules that are loaded and broken.
/// </summary>
internal sealed class DriverModulesProbe(DriverFiles files, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new("driver-modules", "30s", "5s", "Profile ascend only: kernel modules and device nodes of the driver.");

    public string Name => Declared.Name;

    public Subject Subject => Subject.Driver;

    public bool NamesCauses => true;

    public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Observation>>([Look()]);

    private Observation Look()
    {
        try
        {
            return Judge(files.Read());
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return this.CouldNotLook($"the list of kernel modules cannot be read: {refused.Message}", clock.GetUtcNow()) with
            {
                NextStep = "vendor.modules_file names the list; a kernel without modules has none: probes.driver-modules.enabled: false",
            };
        }
    }

    private Observation Judge(DriverState driver)
    {
        var now = clock.GetUtcNow();
        var measures = new Dictionary<string, double>(StringComparer.Ordinal) { ["modules"] = driver.Modules.Count, ["chip_nodes"] = driver.Chips };
        if (driver.Modules.Count == 0)
            return this.Faulty(FaultCodes.DriverFailed, "no module of the NPU driver is loaded", now) with
            {
                Measures = measures,
                NextStep = "compare `uname -r` with the kernel that the driver was built for; /etc/init.d/host_sys_init.sh start loads the modules"
            };
        if (!driver.Managers.Contains("davinci_manager"))
            return this.Faulty(FaultCodes.DriverFailed,
                $"{Counted.Text(driver.Modules.Count, "module")} of the NPU driver {(driver.Modules.Count == 1 ? "is" : "are")} loaded "
                    + "and the device node davinci_manager is missing",
                now) with
            { Measures = measures, NextStep = "dmesg | grep -i devdrv" };
        return this.Healthy($"driver {driver.Version ?? "of unknown version"}, {Counted.Text(driver.Modules.Count, "module")}, "
            + $"{Counted.Text(driver.Chips, "chip node")}, {string.Join(" ", driver.Managers)}", now) with
        { Measures = measures };
    }
}
