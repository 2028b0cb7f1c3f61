using Agent.Adapters.Systemd;
using Agent.Configuration.Declared;
using Agent.Domain.Faults;
using Agent.Domain.Observations;

namespace Agent.Probes.Driver;

/// <summary>
/// The driver's systemd unit, where a host has one (profile guide: devdrv; real hosts load modules and have none). It sees a
/// unit that failed or was stopped. What it cannot see: modules that are loaded and broken.
/// </summary>
internal sealed class DriverUnitProbe(SystemdUnits units, string unit, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new("driver-unit", "15s", "10s", "The unit of the driver, where vendor.driver_unit names one.");

    public string Name => Declared.Name;

    public Subject Subject => Subject.Driver;

    public bool NamesCauses => true;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        var (state, problem) = await units.ShowAsync(unit, cancellation);
        var seen = new Observation { Probe = Name, Subject = Subject, Verdict = Verdict.CouldNotLook, Summary = problem?.Text ?? "", At = clock.GetUtcNow() };
        if (state is null)
            return [seen with { NextStep = $"run `systemctl show {unit}` by hand" }];
        if (!state.IsKnown)
            return [seen with { Summary = $"unit {unit} is {state.LoadState}",
                NextStep = "set vendor.driver_unit to the driver's unit, or to nothing if there is none" }];

        var summary = $"unit {unit} is {state.ActiveState} ({state.SubState}{(state.Result is "success" or "" ? "" : ", result " + state.Result)})";
        return
        [
            state.ActiveState switch
            {
                "active" => seen with { Verdict = Verdict.Healthy, Summary = summary },
                "failed" or "inactive" => seen with { Verdict = Verdict.Faulty, Fault = FaultCodes.DriverFailed, Summary = summary,
                    NextStep = $"journalctl -u {unit}" },
                // activating, deactivating, reloading: on its way, no verdict yet.
                _ => seen with { Summary = summary },
            },
        ];
    }
}
