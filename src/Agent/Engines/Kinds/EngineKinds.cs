using Agent.Adapters.Containers;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Configuration;
using Agent.Configuration.Engines;

namespace Agent.Engines.Kinds;

internal static class EngineKinds
{
    /// <param name="settings">The configuration.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="keeps">
    /// True for the daemon, which starts engines as its own user. A one-shot command may run as any user, and looks for the engines of the agent.
    /// </param>
    /// <param name="runner">Starts programs.</param>
    /// <param name="units">systemd.</param>
    /// <param name="processes">/proc.</param>
    public static IEngineKind Of(AgentSettings settings, EngineSettings engine, bool keeps, IProcessRunner runner, SystemdUnits units, ProcessTable processes)
    {
        var marker = EngineHandle.MarkerOf(engine, settings.StateFolder);
        return engine.RunsIn switch
        {
            { Container: { } container } => new ContainerKind(new ContainerTool(runner, container.Command),
                new ContainerRun(engine, container, marker, settings.Vendor.DeviceFolder, ContainerRun.FolderOf(settings)), processes),
            { Kind: EngineKind.Systemd, Unit: { } unit } => new UnitKind(units, processes, unit, own: null),
            { Kind: EngineKind.Systemd } => new UnitKind(units, processes, OwnUnit.Of(engine.Name)),
            _ => ProcessKind.Of(processes, engine, settings.StateFolder, keeps ? ProcessTable.Self : AgentUser(settings.StateFolder)),
        };
    }

    /// <summary>The user that owns the state folder.</summary>
    private static uint AgentUser(string stateFolder)
    {
        // Before the first start there is no state folder.
        if (OperatingSystem.IsWindows() || new DirectoryInfo(stateFolder) is not { Exists: true } folder)
            return ProcessTable.Self;
        return FileOwner.Of(folder.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? stateFolder) ?? ProcessTable.Self;
    }
}
