namespace Agent.Simulator.Vllm;

/// <summary>Python's own child process: it is there in every real tree, and goes with its parent.</summary>
internal static class ResourceTracker
{
    public const string Program = "vllm-resource-tracker";

    public static async Task<int> RunAsync()
    {
        Processes.SetTitle("python -c from multiprocessing.resource_tracker import main;main(57)");
        await Children.ParentEndedAsync();
        return 0;
    }
}
