using Agent.Adapters;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Configuration.Declared;

namespace Agent.Bundles;

/// <summary>
/// Load, memory and processes of the chips while the engine is still there, as npu-smi told a probe a moment ago. A call takes a second or two on
/// real hosts, and an engine that is down should not wait a second time for the same answer.
/// </summary>
internal sealed class ChipTableSource(NpuSmi npuSmi, TimeProvider clock) : IBundleSource
{
    public static readonly DeclaredSource Declared = new("chip-table");

    private static readonly string[] Table = ["info"];

    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(20);

    public string Name => Declared.Name;

    public bool IsSlow => false;

    public Loss LostBy => Loss.EngineStop;

    public async Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        var age = TimeSpan.Zero;
        using var answers = new ToolAnswers(folder, clock, cancellation);
        if (await answers.AskAsync(RecentAsync, () => npuSmi.Last(Table)) is { } answer)
            folder.Write("npu-agent/npu-smi-before.txt", $"npu-smi info{(answers.End is null ? $" at {clock.HostNow() - age:u}\n" : ", ")}{answer}");
        answers.Tell();

        async Task<ProcessResult> RecentAsync(CancellationToken asking)
        {
            (var result, age) = await npuSmi.RecentTableAsync(Recent, asking);
            return result;
        }
    }
}
