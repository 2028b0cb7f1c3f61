using Agent.Adapters.Processes;

namespace Agent.Tests.Adapters;

/// <summary>Children that print their environment: what systemd said to the agent is not among it.</summary>
public sealed class ServiceVariablesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _set = [];

    public ServiceVariablesTests()
    {
        foreach (var name in ServiceVariables.All.Where(n => Environment.GetEnvironmentVariable(n) is null))
        {
            Environment.SetEnvironmentVariable(name, "said-to-the-agent");
            _set.Add(name);
        }
    }

    [Fact]
    public async Task A_program_that_the_agent_asks_gets_none_of_them() =>
        ShouldBeWithout((await new ProcessRunner(TimeProvider.System)
            .RunAsync(new CommandLine("env", []), new ProcessLimits(TimeSpan.FromSeconds(10)), cancellation: CancellationToken.None)).Output);

    [Fact]
    public void An_engine_gets_none_of_them()
    {
        var printed = _folder.File("log");
        var id = DetachedProcess.Start(new DetachedStart(new CommandLine("env", []), DetachedStart.InheritedEnvironment(new Dictionary<string, string>()),
            printed));
        SpinWait.SpinUntil(() => DetachedProcess.TryReap(id.Pid) is not null, TimeSpan.FromSeconds(10)).ShouldBeTrue();
        ShouldBeWithout(File.ReadAllText(printed));
    }

    public void Dispose()
    {
        foreach (var name in _set)
            Environment.SetEnvironmentVariable(name, null);
        _folder.Dispose();
    }

    private static void ShouldBeWithout(string printed)
    {
        printed.ShouldContain("PATH=");
        printed.Split('\n').Select(l => l.Split('=')[0]).ShouldNotContain(name => ServiceVariables.All.Contains(name));
        printed.ShouldNotContain("said-to-the-agent");
    }
}
