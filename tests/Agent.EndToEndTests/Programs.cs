namespace Agent.EndToEndTests;

/// <summary>The programs under test: those that the environment names (CI: the published ones), else those of this build.</summary>
internal static class Programs
{
    public static readonly string Agent = Find("NPU_AGENT_BINARY", "Agent", "npu-agent");

    public static readonly string Simulator = Find("NPU_AGENT_SIMULATOR", "Agent.Simulator", "simulator");

    private static string Find(string variable, string project, string name)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
            return Path.GetFullPath(named);

        // tests/Agent.EndToEndTests/bin/Debug/net10.0 -> src/PROJECT/bin/Debug/net10.0
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(root, "src", project, "bin", output.Parent.Name, output.Name, name);
    }
}
