namespace Agent.EndToEndTests;

/// <summary>The programs under test: those that the environment names (CI: the published ones), else those of this build.</summary>
internal static class Programs
{
    public static readonly string Agent = Find("NPU_AGENT_BINARY", "Agent", "npu-agent");

    public static readonly string Simulator = Find("NPU_AGENT_SIMULATOR", "Agent.Simulator", "simulator");

    /// <summary>The sources of the agent.</summary>
    public static readonly string Sources = Path.Combine(Root, "src", "Agent");

    // tests/Agent.EndToEndTests/bin/Debug/net10.0
    private static string Root => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.Parent!.Parent!.FullName;

    private static string Find(string variable, string project, string name)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
            return Path.GetFullPath(named);

        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Root, "src", project, "bin", output.Parent!.Name, output.Name, name);
    }
}
