using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Agent.Demo;

/// <summary>A simulated host with a real agent on it, in a temporary folder.</summary>
internal sealed class DemoHost : IAsyncDisposable
{
    private readonly string _simulator;
    private readonly Action<string> _said;
    private Process? _agent;

    public DemoHost(string simulator, Action<string> said)
    {
        (_simulator, _said) = (simulator, said);
        Folder = Directory.CreateTempSubdirectory("npu-agent-demo-").FullName;
    }

    public string Folder { get; }

    public string World => Path.Combine(Folder, "host");

    public string Config => Path.Combine(Folder, "agent.yaml");

    public string State => Path.Combine(Folder, "state");

    public string Control => Path.Combine(Folder, "agent.sock");

    public bool AgentRuns => _agent is { HasExited: false };

    /// <summary>The simulator beside this program, or in the source tree from which this program was built.</summary>
    public static string? FindSimulator(string? named)
    {
        var here = AppContext.BaseDirectory;
        var configuration = here.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        string?[] places =
        [
            named,
            Environment.GetEnvironmentVariable("NPU_AGENT_SIMULATOR"),
            Path.Combine(here, "simulator"),
            Path.GetFullPath(Path.Combine(here, "../../../../Agent.Simulator/bin", configuration, "net10.0/simulator")),
        ];
        return Array.Find(places, p => p is not null && File.Exists(p));
    }

    public async Task StartAsync(double pace, string? probe)
    {
        await SimulateAsync("up", "--pace", pace.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await File.WriteAllTextAsync(Config, DemoConfiguration.Yaml(Folder, FreePort(), FreePort(), probe));
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("run");
        start.ArgumentList.Add("--config");
        start.ArgumentList.Add(Config);
        start.Environment["PATH"] = Path.Combine(World, "bin") + ":" + Environment.GetEnvironmentVariable("PATH");
        start.Environment["NPU_AGENT_CONFIG"] = Config;
        _agent = Process.Start(start)!;
        _agent.OutputDataReceived += (_, line) => _said(line.Data ?? "");
        _agent.ErrorDataReceived += (_, line) => _said(line.Data ?? "");
        _agent.BeginOutputReadLine();
        _agent.BeginErrorReadLine();
    }

    public async Task SimulateAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(_simulator) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])[.. arguments, "--world", World])
            start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"simulator {string.Join(' ', arguments)}: {said.Trim()}");
    }

    /// <summary>Ends the agent and everything of the simulated host, and removes the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_agent is { HasExited: false } agent)
        {
            agent.Kill();
            await agent.WaitForExitAsync();
        }

        _agent?.Dispose();
        if (Directory.Exists(World))
            await SimulateAsync("down");
        Directory.Delete(Folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
