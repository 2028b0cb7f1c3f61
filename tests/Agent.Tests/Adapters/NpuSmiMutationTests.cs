using Agent.Adapters.NpuSmi;
using CsCheck;

namespace Agent.Tests.Adapters;

/// <summary>Damage of every kind to every capture: nothing throws, and no table with chips missing passes for a whole one.</summary>
public sealed class NpuSmiMutationTests
{
    private const int Mutations = 100_000;

    private static readonly string[] Noise =
        ["DrvMngGetConsoleLogLevel failed. (g_conLogLevel=3)", "", "| x |", "+---+", "|||||", "+====+====+", "[ERROR] DRV(12):2026-01-01",
            "| 0     910B3               | OK            |"];

    private enum Damage
    {
        Cut,
        Delete,
        Flip,
        InsertLine,
        SwapLines,
    }

    [Fact]
    public void No_damage_makes_a_whole_table_with_fewer_chips()
    {
        var captures = Captures.Named("ascend/npu-smi_*.txt").Select(c => (c.Name, c.Text, Whole: NpuSmiTable.Parse(c.Text))).ToArray();
        var damages = Gen.Select(Gen.Enum<Damage>(), Gen.Double[0, 1], Gen.Int[0, 60], Gen.Char[' ', '~']).Array[1, 5];
        Gen.Select(Gen.Int[0, captures.Length - 1], damages).Sample(
            (which, done) =>
            {
                var (name, text, whole) = captures[which];
                foreach (var (damage, where, size, character) in done)
                    text = Apply(text, damage, (int)(where * Math.Max(0, text.Length - 1)), size, character);

                var table = NpuSmiTable.Parse(text);
                NpuSmiBlock.Parse(text);
                ChipMapping.Parse(text);
                ChipTopology.Parse(text);
                ProcessMemory.Parse(text, 0);
                NpuSmiMessages.ProblemIn(text);
                // Without a process section a cut between two chips leaves no trace in the text.
                if (whole.ListsProcesses && table.Complete)
                    (table.Chips.Count + table.NotReady.Count).ShouldBeGreaterThanOrEqualTo(whole.Chips.Count, name + "\n" + text);
            },
            iter: Mutations);
    }

    private static string Apply(string text, Damage damage, int at, int size, char character)
    {
        var end = Math.Min(text.Length, at + size);
        var lines = damage >= Damage.InsertLine ? text.Split('\n') : [];
        var line = text.AsSpan(0, Math.Min(at, text.Length)).Count('\n');
        return damage switch
        {
            Damage.Cut => text[..at],
            Damage.Delete => text[..at] + text[end..],
            Damage.Flip when text.Length > 0 => text[..at] + character + text[(at + 1)..],
            Damage.InsertLine => string.Join('\n', [.. lines[..line], Noise[size % Noise.Length], .. lines[line..]]),
            Damage.SwapLines => Swap(lines, line, size % lines.Length),
            _ => text,
        };
    }

    private static string Swap(string[] lines, int one, int other)
    {
        (lines[one], lines[other]) = (lines[other], lines[one]);
        return string.Join('\n', lines);
    }
}
