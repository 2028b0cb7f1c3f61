using Agent.Engines;

namespace Agent.Bundles;

/// <summary>The end of each engine's log.</summary>
internal sealed class EngineLogSource(IReadOnlyList<SupervisedEngine> engines, long tailBytes) : IBundleSource
{
    public string Name => "engine-log";

    public bool IsSlow => false;

    public Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        foreach (var engine in engines)
        {
            if (engine.Host.Log is not { } log || !File.Exists(log.Path))
            {
                folder.Note($"engine {engine.Name} has no log");
                continue;
            }

            using var file = new FileStream(log.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Position = Math.Max(0, file.Length - tailBytes);
            folder.Write($"{engine.Name}.log", file);
        }

        return Task.CompletedTask;
    }
}
