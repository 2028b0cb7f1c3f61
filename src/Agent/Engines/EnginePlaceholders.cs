using System.Globalization;
using Agent.Configuration.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines.Kinds;

namespace Agent.Engines;

/// <summary>
/// The values for texts about an engine, besides its name: the unit or container that it runs in, its main process, and the chip that is in its way.
/// </summary>
internal static class EnginePlaceholders
{
    public static IReadOnlyDictionary<string, string> Of(SupervisedEngine engine)
    {
        Dictionary<string, string> known = new(engine.Handle.Refusal?.Known ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        if (engine.Handle.Run is { } run)
            known[Placeholders.Process] = run.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (engine.Settings.RunsIn is { Kind: EngineKind.Systemd } unit)
            known[Placeholders.Unit] = unit.Unit ?? OwnUnit.Of(engine.Name).Name;
        if (engine.Settings.RunsIn.Kind == EngineKind.Container)
            known[Placeholders.Container] = ContainerRun.NameOf(engine.Name);
        return known;
    }

    public static IReadOnlyDictionary<string, string> Of(Subject chip) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Placeholders.Card] = Placeholders.Fill(Placeholders.Card, chip, null),
        [Placeholders.Chip] = Placeholders.Fill(Placeholders.Chip, chip, null),
    };
}
