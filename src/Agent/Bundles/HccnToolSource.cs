using System.Globalization;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Configuration;
using Agent.Engines;

namespace Agent.Bundles;

/// <summary>
/// The network port of each chip: link, its history, optical module, packet counters. A reset starts the counters anew. Boards
/// without such ports have the tool and answer that it is not supported, which is an answer.
/// </summary>
internal sealed class HccnToolSource(IProcessRunner processes, NpuSmi npuSmi, VendorSettings vendor, IReadOnlyList<SupervisedEngine> engines) : IBundleSource
{
    private static readonly string[] Items = ["-link", "-net_health", "-optical", "-link_stat", "-stat"];

    public string Name => "hccn_tool";

    public bool IsSlow => true;

    public async Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        // Numbered by logic ids; without npu-smi the card's number is the same on every board with one chip a card.
        var mapping = (await npuSmi.MappingAsync(cancellation)).Value;
        foreach (var chip in engines.SelectMany(e => e.Settings.Chips))
        {
            var (card, number) = (int.Parse(chip.Id.Split('/')[0], CultureInfo.InvariantCulture), int.Parse(chip.Id.Split('/')[1], CultureInfo.InvariantCulture));
            var id = mapping is not null && mapping.LogicIds.TryGetValue((card, number), out var logic) ? logic : card;
            foreach (var item in Items)
            {
                string[] arguments = ["-i", id.ToString(CultureInfo.InvariantCulture), item, "-g"];
                var result = await processes.RunAsync(new CommandLine(vendor.HccnTool, arguments), new ProcessLimits(vendor.NpuSmiLimit), cancellation: cancellation);
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
