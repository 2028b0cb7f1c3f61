using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Engines;

namespace Agent.Bundles;

/// <summary>
/// The network port of each chip: link, its history, optical module, packet counters. A reset starts the counters anew. Boards without such ports
/// have the tool, and it answers that the query is not supported. That is an answer, too.
/// </summary>
internal sealed class HccnToolSource(HccnTool hccn, NpuSmi npuSmi, VendorSettings vendor, IReadOnlyList<SupervisedEngine> engines, TimeProvider clock)
    : IBundleSource
{
    public static readonly DeclaredSource Declared = new("hccn_tool");

    private static readonly string[] Mapping = ["info", "-m"];

    private static readonly string[] Items = ["-link", "-net_health", "-optical", "-link_stat", "-stat"];

    public string Name => Declared.Name;

    public bool IsSlow => true;

    public Loss LostBy => Loss.ChipReset;

    public async Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        // Most hosts without such ports have no such tool. There, a question to npu-smi would be in vain.
        if (Path.IsPathRooted(vendor.HccnTool) && !File.Exists(vendor.HccnTool))
        {
            folder.Absent($"{vendor.HccnTool}: program not found");
            return;
        }

        // The devices are numbered by logic ids. If these were never told, the card's number is used: it is the same on every board with one chip a
        // card.
        using var mappings = new ToolAnswers(folder, clock, cancellation);
        var text = await mappings.AskAsync(c => npuSmi.SnapshotAsync(Mapping, c), () => npuSmi.Last(Mapping));
        var mapping = text is null ? null : ChipMapping.Parse(text).LogicIds;
        using var answers = new ToolAnswers(folder, clock, cancellation);
        foreach (var chip in engines.SelectMany(e => e.Settings.Chips))
        {
            var place = chip.CardAndChip();
            var id = mapping is not null && mapping.TryGetValue(place, out var logic) ? logic : place.Card;
            foreach (var item in Items)
            {
                string[] arguments = ["-i", $"{id}", item, "-g"];
                var answer = await answers.AskAsync(c => hccn.RunAsync(arguments, c), () => hccn.Last(arguments));
                if (answers.End == ProcessEnd.NotFound)
                {
                    folder.Absent($"{vendor.HccnTool}: program not found");
                    return;
                }

                if (answer is not null)
                    NpuInfoFile.Add(folder, $"{NpuInfoFile.HccnTool} {string.Join(' ', arguments)}", answer);
            }
        }

        mappings.Tell();
        answers.Tell();
    }
}
