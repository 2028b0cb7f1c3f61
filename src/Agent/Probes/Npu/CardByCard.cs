using Agent.Adapters.NpuSmi;
using Agent.Domain;
using Agent.Domain.Observations;
using Agent.Engines.Chips;

namespace Agent.Probes.Npu;

/// <summary>Asks npu-smi about one card after the other, where it has no question about all of them.</summary>
internal static class CardByCard
{
    /// <param name="probe">Who asks.</param>
    /// <param name="npuSmi">The tool.</param>
    /// <param name="ask">What it asks of a card; answers by chip number.</param>
    /// <param name="judge">What one chip's answer means.</param>
    public static async Task<IReadOnlyList<Observation>> LookAsync<T>(
        IProbe probe,
        NpuSmi npuSmi,
        Func<int, Task<NpuSmiAnswer<IReadOnlyDictionary<int, T>>>> ask,
        Func<ChipRow, T, DateTimeOffset, Observation> judge,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        var listed = await npuSmi.TableAsync(cancellation);
        if (listed.Value is not { } table)
            return [probe.CouldNotLook($"the chips are not known: {listed.Problem!.Cause}", clock.GetUtcNow()) with { NextStep = listed.Problem.NextStep }];

        List<Observation> seen = [];
        var unsupported = 0;
        foreach (var card in table.Chips.GroupBy(c => c.Card))
        {
            var answer = await ask(card.Key);
            var now = clock.GetUtcNow();
            // A driver that hangs is not asked the same for every other card.
            if (answer.Problem is { Hangs: true } hang)
                return [probe.CouldNotLook($"card {card.Key}: {hang.Cause}", now) with { NextStep = hang.NextStep }, .. seen];
            if (answer.Problem is { Unsupported: true })
                unsupported += card.Count();
            else
                seen.AddRange(card.Select(row => answer.Value is { } chips && chips.TryGetValue(row.Chip, out var value) ? judge(row, value, now)
                    : Silent(row, answer.Problem, now)));
        }

        var without = unsupported > 0 ? $"; {Counted.Text(unsupported, "chip does", "chips do")} not have this query" : "";
        return [probe.Healthy($"{Counted.Text(seen.Count, "chip")} looked at{without}", clock.GetUtcNow()), .. seen];

        Observation Silent(ChipRow row, NpuSmiProblem? problem, DateTimeOffset now) =>
            probe.CouldNotLook(problem?.Cause ?? "the answer of npu-smi does not name this chip", now) with
            {
                Subject = ChipInventory.SubjectOf(row),
                Identity = row.BusId,
                NextStep = problem?.NextStep,
            };
    }
}
