using System.Globalization;
using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines.Chips;

namespace Agent.Probes.Npu;

/// <summary>
/// The network port (RoCE) of each chip: a link that was lost, that comes and goes, or whose light is weak. Engines over
/// several hosts need it, an engine on one host does not: no tool, or no such port, is healthy. What it cannot see: the HCCS
/// links between the chips of a board, and the network behind the switch unless a detection address is set.
/// </summary>
internal sealed class LinkHealthProbe(HccnTool hccn, NpuSmi npuSmi, ChipInventory chips, IReadOnlyList<HccnPort> ports, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new("link-health", "5m", "45s", "The network ports of the chips: four calls of hccn_tool for each chip.");

    private const int TooManyDowns = 5;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // Words of -net_health that say that the detection address was not reached. Init: none is set, as on a host of its own.
    private static readonly string[] Unreached = ["Socket fail", "Receive timeout", "Unreachable", "Time exceeded", "Fault"];

    private readonly Dictionary<(Subject Chip, string Port), CounterWindow> _ups = [];
    private readonly Dictionary<Subject, Dictionary<string, double>> _traffic = [];
    private int _turn;

    public string Name => Declared.Name;

    public Subject Subject => Subject.Host;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        var mapping = await npuSmi.MappingAsync(cancellation);
        if (mapping.Value is not { } known)
            return [this.CouldNotLook($"the chips are not known: {mapping.Problem!.Cause}", clock.GetUtcNow()) with { NextStep = mapping.Problem.NextStep }];

        List<Observation> seen = [];
        var turn = _turn++ % known.LogicIds.Count;
        foreach (var (index, ((card, number), device)) in known.LogicIds.Index())
        {
            List<PortReading> readings = [];
            foreach (var port in ports.Count > 0 ? ports.Select(p => (HccnPort?)p) : [null])
                readings.Add(await PortReading.ReadAsync(hccn, device, port, cancellation));
            if (readings.Select(r => r.Problem).OfType<HccnProblem>().Select(ForAll).FirstOrDefault(o => o is not null) is { } answer)
                return [answer, .. seen];
            var chip = Subject.Chip(card, number);
            var worst = readings.ConvertAll(r => Judge(chip, device, r)).MinBy(o => (o.Verdict != Verdict.Faulty, o.Verdict != Verdict.CouldNotLook))!;
            // Traffic and speed change slowly, and each question takes its time: one chip a look. What a chip said holds until its next turn.
            if (index == turn && ports.Count == 0)
                _traffic[chip] = await TrafficAsync(device, cancellation);
            seen.Add(worst.Verdict != Verdict.CouldNotLook && _traffic.TryGetValue(chip, out var traffic)
                ? worst with { Measures = Together(worst.Measures, traffic) }
                : worst);
        }

        return [this.Healthy($"the network ports of {Counted.Text(seen.Count, "chip")} were looked at", clock.GetUtcNow()), .. seen];
    }

    /// <summary>What is true of every chip of this host, so that the others need not be asked; null otherwise.</summary>
    private Observation? ForAll(HccnProblem problem) => problem.Trouble switch
    {
        HccnTrouble.Absent or HccnTrouble.Unsupported =>
            this.Healthy($"no network ports to look at: {problem.Cause}; engines on this host alone do not need them", clock.GetUtcNow()),
        HccnTrouble.Hangs or HccnTrouble.Refused => this.CouldNotLook(problem.Cause, clock.GetUtcNow()) with { NextStep = problem.NextStep },
        _ => null,
    };

    private Observation Judge(Subject chip, int device, PortReading port)
    {
        var seen = new Observation
        {
            Probe = Name,
            Subject = chip,
            Identity = chips.Find(chip)?.BusId,
            Verdict = Verdict.Healthy,
            Summary = "",
            At = clock.GetUtcNow(),
            Measures = Figures(port),
            Evidence = port.Unread,
            Known = new Dictionary<string, string>(StringComparer.Ordinal) { [Placeholders.Device] = device.ToString(CultureInfo.InvariantCulture) },
        };
        var ups = Ups(chip, port);
        var where = port.Name.Length > 0 ? port.Name + ": " : "";
        return port switch
        {
            { Problem: { } problem } => seen with { Verdict = Verdict.CouldNotLook, Summary = where + problem.Cause, NextStep = problem.NextStep },
            { Up: null } => seen with
            {
                Verdict = Verdict.CouldNotLook,
                Summary = where + "the answer does not say whether the link is up",
                NextStep = "run `hccn_tool -i ID -link -g` by hand"
            },
            { Up: false, History.NeverUp: true } => seen with { Summary = where + "not in use: its link was never up" },
            { Up: false } => Faulty(FaultCodes.LinkDown, $"the link is DOWN{LastChange(port.History)}", "look at cable, optical module and switch port"),
            { NetHealth: { } word } when Array.Exists(Unreached, u => word.StartsWith(u, StringComparison.OrdinalIgnoreCase)) =>
                Faulty(FaultCodes.LinkDown, $"the link is UP and its detection address does not answer: {word}",
                    "hccn_tool -i ID -netdetect -g, -ip -g, -gateway -g"),
            _ when Math.Max(ups, port.History?.DownsWithin(Day) ?? 0) is var downs && downs >= TooManyDowns =>
                Faulty(FaultCodes.LinkFlapping, $"the link went down {downs} times within {Durations.Text(Day)}{LastChange(port.History)}",
                    "hccn_tool -i ID -link_stat -g"),
            { Module: { Present: not false } module } when OpticalLimits.Violations(module) is { Count: > 0 } weak =>
                Faulty(FaultCodes.OpticalDegraded, $"the optical module is outside of its limits: {string.Join("; ", weak)}", "hccn_tool -i ID -optical -g"),
            { Module: { Present: not false, Unreadable: [var figure, ..] } } =>
                seen with
                {
                    Verdict = Verdict.CouldNotLook,
                    Summary = $"{where}link UP; the light of its optical module is told in a way that is not known: {figure}",
                    NextStep = "hccn_tool -i ID -optical -g; limits: 0.2 to 2.5 mW sent, 0.1445 to 2.3 mW received"
                },
            _ => seen with { Summary = $"{where}link UP{(port.NetHealth is { } word ? $", net health {word}" : "")}" },
        };

        Observation Faulty(string fault, string text, string next) =>
            seen with { Verdict = Verdict.Faulty, Fault = fault, Summary = where + text, NextStep = next };
    }

    private long Ups(Subject chip, PortReading port)
    {
        if (port.History?.UpCount is not { } count)
            return 0;
        if (!_ups.TryGetValue((chip, port.Name), out var window))
            _ups[(chip, port.Name)] = window = new CounterWindow(Day, clock);
        return window.Add(count);
    }

    private static string LastChange(LinkHistory? history) =>
        history is { Changes: [var last, ..] } ? $", last change {(last.Up ? "UP" : "DOWN")} at {last.At:yyyy-MM-dd HH:mm:ss} of the device's clock" : "";

    private static Dictionary<string, double> Together(IReadOnlyDictionary<string, double> figures, IReadOnlyDictionary<string, double> traffic) =>
        new(figures.Concat(traffic), StringComparer.Ordinal);

    private async Task<Dictionary<string, double>> TrafficAsync(int device, CancellationToken cancellation)
    {
        Dictionary<string, double> all = new(StringComparer.Ordinal);
        if ((await hccn.GetAsync(device, null, "speed", cancellation)).Text is { } speed && PortAnswers.BitsPerSecond(speed) is { } rate)
            all["link_speed_bytes_per_second"] = rate / 8;
        if ((await hccn.GetAsync(device, null, "stat", cancellation)).Text is not { } traffic)
            return all;
        var counters = PortAnswers.Counters(traffic);
        foreach (var (counter, name) in ((string, string)[])[("roce_rx_err_pkt_num", "link_receive_errors"), ("roce_tx_err_pkt_num", "link_send_errors"),
            ("roce_new_pkt_rty_num", "link_retries")])
        {
            if (counters.TryGetValue(counter, out var count))
                all[name] = count;
        }

        return all;
    }

    private static Dictionary<string, double> Figures(PortReading port)
    {
        Dictionary<string, double> figures = new(StringComparer.Ordinal);
        foreach (var (name, value) in ((string, double?)[])
            [
                ("link_up", port.Up is { } up ? (up ? 1 : 0) : null),
                ("link_ups", port.History?.UpCount),
                ("optical_temperature_celsius", port.Module?.TemperatureCelsius),
                ("optical_received_watts", port.Module?.ReceivedMilliwatts is { Count: > 0 } lanes ? lanes.Min() / 1000 : null),
            ])
        {
            if (value is { } figure)
                figures[name] = figure;
        }

        return figures;
    }
}
