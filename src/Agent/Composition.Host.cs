using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Adapters.VllmHttp;
using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Configuration.Host;
using Agent.Engines;
using Agent.Engines.Chips;
using Agent.Engines.Kinds;
using Agent.Engines.Runs;
using Agent.Engines.Starting;
using Agent.ForeignText;
using Agent.Probes;
using Agent.Probes.Driver;
using Agent.Supervision;
using Agent.VendorFaults;

namespace Agent;

/// <content>A host as the daemon and the one-shot commands see it: its tools, its chips, its engines, and what looks at them.</content>
internal static partial class Composition
{
    /// <param name="settings">The configuration.</param>
    /// <param name="keeps">Whether what is learned of the host is kept; a one-shot command changes nothing.</param>
    /// <param name="clock">The clock.</param>
    public static HostParts Parts(AgentSettings settings, bool keeps, TimeProvider clock) => Parts(settings, Gate(settings), keeps, clock);

    public static HostParts Parts(AgentSettings settings, TextGate gate, bool keeps, TimeProvider clock)
    {
        var runner = new ProcessRunner(clock);
        var table = new ProcessTable();
        var npuSmi = new NpuSmi(runner, settings.Vendor.NpuSmi, settings.Vendor.NpuSmiLimit);
        var hccn = new HccnTool(runner, settings.Vendor.HccnTool, settings.Vendor.HccnToolLimit);
        var driverUnit = new SystemdUnits(runner, settings.Vendor.Systemctl, settings.Probes[DriverUnitProbe.Declared.Name].Deadline);
        var chips = new ChipInventory(settings.Chips, settings.StateFolder, keeps);
        var numbering = new ChipNumbering(npuSmi, settings.StateFolder, keeps, table.BootId);
        List<SupervisedEngine> engines =
        [
            .. settings.Engines.Select(e => Engine(settings, e, gate, keeps, runner, table, clock)),
        ];
        var (sockets, files) = (new SocketTable(), new OpenFiles());
        var checks = new StartChecks(new EnginePort(sockets, files, table), new ChipOccupants(npuSmi, chips, table, files, settings.Vendor.DeviceFolder),
            new SharedMemory(files), sockets);
        var looks = new ProbeParts
        {
            Settings = settings,
            Processes = runner,
            NpuSmi = npuSmi,
            Hccn = hccn,
            Units = driverUnit,
            Chips = chips,
            Numbering = numbering,
            Occurrences = new FaultOccurrences(settings.StateFolder, keeps),
            Engines = engines,
            Gate = gate,
            Clock = clock,
        };
        return new HostParts
        {
            Processes = runner,
            ProcessTable = table,
            NpuSmi = npuSmi,
            HccnTool = hccn,
            Chips = chips,
            Numbering = numbering,
            Engines = engines,
            StartChecks = checks,
            Probes = ProbeList.Of(PlugIns.Own.Probes, looks),
            Gate = gate,
        };
    }

    /// <summary>An engine as the agent handles it. Its API key goes to nobody before the engine was found, by a start or an adoption.</summary>
    public static SupervisedEngine Engine(AgentSettings settings, EngineSettings engine, TextGate gate, bool keeps, IProcessRunner runner,
        ProcessTable processes, TimeProvider clock)
    {
        var host = new EngineHandle(engine, settings.StateFolder, EngineKinds.Of(settings, engine, keeps, runner, Units(settings, runner), processes),
            processes, clock, gate);
        var files = new OpenFiles();
        var socket = new EngineSocket(host, new FarEnd(new SocketTable(), files, processes), files, processes);
        var key = engine.ApiKeyFile is { } file ? new ApiKey(() => SecretFile.ReadApiKey(file), socket.Objection) : null;
        return new SupervisedEngine(engine, host, new VllmClient(engine.Address, key, clock, isOfThisHost: true));
    }

    /// <summary>For engines and steps, which no probe's deadline concerns.</summary>
    public static SystemdUnits Units(AgentSettings settings, IProcessRunner runner) => new(runner, settings.Vendor.Systemctl, SystemdUnits.LookLimit);

    public static RootUnits Root(AgentSettings settings, IProcessRunner runner) => RootUnits.Of(Units(settings, runner));
}
