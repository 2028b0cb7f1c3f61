namespace Agent.Simulator.Vllm;

/// <summary>Python's helper child: there in every real tree, and gone with its parent.</summary>
internal static class ResourceTracker
{
    public const string Program = "vllm-resource-tracker";

    public static async Task<int> RunAsync(string[] arguments)
    {
        _ = arguments;
        Processes.SetTitle("python -c from multiprocessing.resource_tracker import main;main(57)");
        var parent = Processes.ParentOf(Environment.ProcessId);
        while (Processes.ParentOf(Environment.ProcessId) == parent)
            await Task.Delay(300);
        return 0;
    }
}
