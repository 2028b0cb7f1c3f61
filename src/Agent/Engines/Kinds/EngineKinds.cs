using Agent.Adapters.Containers;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Configuration;

namespace Agent.Engines.Kinds;

internal static class EngineKinds
{
    public static IEngineKind Of(AgentSettings settings, EngineSettings engine, IProcessRunner runner, SystemdUnits units, ProcessTable processes)
    {
        var marker = EngineHost.MarkerOf(engine, settings.StateFolder);
        return engine.RunsIn switch
        {
            { Container: { } container } => new ContainerKind(new ContainerTool(runner, container.Command), new ContainerRun(engine, container, marker, settings.Vendor.DeviceFolder, LaunchFile.Folder), processes),
            { Kind: EngineKind.Systemd, Unit: { } unit } => new UnitKind(units, processes, unit, launchFile: null),
            { Kind: EngineKind.Systemd } => new UnitKind(units, processes, UnitKind.OwnUnit(engine.Name), LaunchFile.Of(engine.Name)),
            _ => new ProcessKind(processes, marker),
        };
    }
}
