using Agent.Adapters;
using Agent.Adapters.NpuSmi;
using Agent.Configuration.Declared;
using Agent.Engines;

namespace Agent.Bundles;

/// <summary>
/// The present answers of npu-smi about the host, then about each chip of an engine. There is one call at a time, because two calls at once block
/// each other. After a call that did not end there is none, because the next would hang as well. The last known answer then takes its place.
/// </summary>
internal sealed class NpuSmiSource(NpuSmi npuSmi, IReadOnlyList<SupervisedEngine> engines, TimeProvider clock) : IBundleSource
{
    public static readonly DeclaredSource Declared = new("npu-smi");

    // The order puts the best signs of a sick chip first, in case time runs out.
    private static readonly string[] Types = ["health", "ecc", "usages", "proc-mem", "common", "board"];

    public string Name => Declared.Name;

    public bool IsSlow => false;

    public Loss LostBy => Loss.ChipReset;

    public async Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        NpuInfoFile.Begin(folder, clock.HostNow());
        using var answers = new ToolAnswers(folder, clock, cancellation);
        foreach (var (shown, arguments) in Questions())
        {
            if (await answers.AskAsync(c => npuSmi.SnapshotAsync(arguments, c), () => npuSmi.Last(arguments)) is { } answer)
                NpuInfoFile.Add(folder, $"{NpuInfoFile.NpuSmi} {shown}", answer);
        }

        answers.Tell();
    }

    // The mapping comes first: ascend-fd takes the numbers of chips from there. For a question about a chip, it knows only one order of words.
    private IEnumerable<(string Shown, string[] Arguments)> Questions()
    {
        yield return ("info -m", ["info", "-m"]);
        yield return ("info", ["info"]);
        yield return ("info -l", ["info", "-l"]);
        foreach (var type in Types)
        {
            foreach (var (card, chip) in engines.SelectMany(e => e.Settings.Chips).Select(c => c.CardAndChip()))
                yield return ($"info -i {card} -c {chip} -t {type}", ["info", "-t", type, "-i", $"{card}", "-c", $"{chip}"]);
        }
    }
}
