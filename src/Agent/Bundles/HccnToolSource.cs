using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Configuration;
using Agent.Engines;

namespace Agent.Bundles;

/// <summary>
/// The network port of each chip: link, its history, optical module, packet counters. A reset starts the counters anew. Boards
/// without such ports have the tool and answer that it is not supported, which is an answer.
/// </summary>
internal sealed class HccnToolSource(HccnTool hccn, NpuSmi npuSmi, VendorSettings vendor, IReadOnlyList<SupervisedEngine> engines) : IBundleSource
{
    private static readonly string[] Items = ["-link", "-net_health", "-optical", "-link_stat", "-stat"];

    public string Name => "hccn_tool";

    public bool IsSlow => true;

    public Loss LostBy => Loss.ChipReset;

    public async Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        // Most hosts without such ports have no such tool; there npu-smi is not asked in vain.
        if (Path.IsPathRooted(vendor.HccnTool) && !File.Exists(vendor.HccnTool))
        {
            folder.Absent($"{vendor.HccnTool}: program not found");
            return;
        }

        // Numbered by logic ids; without npu-smi the card's number is the same on every board with one chip a card.
        var mapping = (await npuSmi.MappingAsync(cancellation)).Value;
        foreach (var chip in engines.SelectMany(e => e.Settings.Chips))
        {
            var place = chip.CardAndChip();
            var id = mapping is not null && mapping.LogicIds.TryGetValue(place, out var logic) ? logic : place.Card;
            foreach (var item in Items)
            {
                string[] arguments = ["-i", $"{id}", item, "-g"];
                var result = await hccn.RunAsync(arguments, cancellation);
                if (result.End == ProcessEnd.NotFound)
                {
                    folder.Absent(result.Describe());
                    return;
                }

                NpuInfoFile.Add(folder, $"{NpuInfoFile.HccnTool} {string.Join(' ', arguments)}", result.End == ProcessEnd.Exited ? result.Output + result.Error : result.Describe());
                if (result.End != ProcessEnd.Exited)
                {
                    folder.Note(result.Describe());
                    return;
                }
            }
        }
    }
}
