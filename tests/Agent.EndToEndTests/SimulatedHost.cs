using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Agent.EndToEndTests;

internal sealed record CommandResult(int ExitCode, string Output, string Error);

/// <summary>A simulated host in a folder of its own, with a real agent on it. Ends everything that it started.</summary>
internal sealed class SimulatedHost : IAsyncDisposable
{
    /// <summary>
    /// A wait counts looks and not seconds. Each look is a program that has to be started and to answer, so that a machine with other work
    /// waits for as long as it takes; on an idle one these are some two minutes.
    /// </summary>
    private const int MostLooks = 400;

    /// <summary>For a single answer; on no machine is it work that takes so long.</summary>
    public static readonly TimeSpan Hung = TimeSpan.FromMinutes(10);

    private readonly List<string> _agentLog = [];
    private Process? _agent;
    private string _program = Programs.Agent;

    private SimulatedHost(string profile)
    {
        Profile = profile;
        Folder = Directory.CreateTempSubdirectory("npu-agent-test-").FullName;
        Config = Path.Combine(Folder, "agent.yaml");
        SearchPath = Path.Combine(World, "bin") + ":" + System.Environment.GetEnvironmentVariable("PATH");
        EnginePort = FreePort();
        ListenPort = FreePort();
    }

    public string Profile { get; }

    public string Folder { get; }

    public string World => Path.Combine(Folder, "host");

    public string State => Path.Combine(Folder, "state");

    public string Config { get; set; }

    /// <summary>PATH of the agent.</summary>
    public string SearchPath { get; set; }

    /// <summary>Variables that the agent gets beside those of this process.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal) { ["NO_COLOR"] = "1", ["NPU_AGENT_SIMULATOR"] = Programs.Simulator };

    /// <summary>Where commands are typed.</summary>
    public string WorkingFolder { get; set; } = System.Environment.CurrentDirectory;

    public int EnginePort { get; }

    public int ListenPort { get; }

    public Receiver Receiver { get; } = new();

    public int AgentPid => _agent!.Id;

    public bool AgentRuns => _agent is { HasExited: false };

    public static async Task<SimulatedHost> UpAsync(string profile = "guide", double pace = 10, Func<string, string>? change = null, int chips = 8)
    {
        var host = new SimulatedHost(profile);
        await host.Receiver.StartAsync();
        await host.SimulateAsync("up", "--profile", profile, "--pace", pace.ToString(CultureInfo.InvariantCulture), "--chips",
            chips.ToString(CultureInfo.InvariantCulture));
        var yaml = TestConfiguration.Yaml(host);
        await File.WriteAllTextAsync(host.Config, change is null ? yaml : change(yaml));
        return host;
    }

    /// <summary>The host with an agent whose engine serves and was proven once.</summary>
    public static async Task<SimulatedHost> ServingAsync(string profile = "guide", double pace = 10, Func<string, string>? change = null, int chips = 8)
    {
        var host = await UpAsync(profile, pace, change, chips);
        host.StartAgent();
        await host.WaitUntilServingAsync();
        return host;
    }

    /// <param name="shell">A line of the shell before it, for example <c>umask 0</c>.</param>
    public void StartAgent(string? shell = null)
    {
        _agent = Process.Start(shell is null ? Command(_program, "run", "--config", Config)
            : Command("/bin/sh", "-c", $"{shell}; exec \"$0\" \"$@\"", _program, "run", "--config", Config))!;
        _agent.OutputDataReceived += (_, line) => Keep(line.Data);
        _agent.ErrorDataReceived += (_, line) => Keep(line.Data);
        _agent.BeginOutputReadLine();
        _agent.BeginErrorReadLine();

        void Keep(string? line)
        {
            lock (_agentLog)
                _agentLog.Add(line ?? "");
        }
    }

    /// <summary>SIGKILL: the agent gets no chance to tidy up.</summary>
    public async Task KillAgentAsync()
    {
        _agent!.Kill();
        await _agent.WaitForExitAsync();
    }

    public async Task<int> StopAgentAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _agent!.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await _agent.WaitForExitAsync().WaitAsync(Hung);
        return _agent.ExitCode;
    }

    /// <summary>The agent from now on runs from a folder of this host, where it can be replaced.</summary>
    public void InstallAgent()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, "agent")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(_program)!))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        _program = Path.Combine(folder, Path.GetFileName(_program));
    }

    /// <summary>Another file at the same path, as an upgrade leaves it.</summary>
    public void UpgradeAgent()
    {
        File.Copy(_program, _program + ".new");
        // Bytes behind the end of a program are not read: another build, as far as the kernel is concerned.
        File.AppendAllText(_program + ".new", "another build");
        File.Move(_program + ".new", _program, overwrite: true);
    }

    public void ForgetAgentLog()
    {
        lock (_agentLog)
            _agentLog.Clear();
    }

    public string AgentLog()
    {
        lock (_agentLog)
            return string.Join('\n', _agentLog);
    }

    public async Task<CommandResult> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(Command(_program, [.. arguments, "--config", Config]))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Hung);
        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <returns>What the simulator said.</returns>
    public async Task<string> SimulateAsync(params string[] arguments)
    {
        using var process = Process.Start(Command(Programs.Simulator, [.. arguments, "--world", World]))!;
        var said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"simulator {string.Join(' ', arguments)}: {said}");
        return said;
    }

    /// <summary>Calls of the simulated programs, in order: program and arguments.</summary>
    public IReadOnlyList<string> Calls() => [.. File.ReadAllLines(Path.Combine(World, "calls.log")).Select(l => string.Join(' ', l.Split('\t').Skip(1)))];

    public async Task<IReadOnlyList<JsonNode>> IncidentsAsync()
    {
        CommandResult? result = null;
        // An agent that was just started has no journal yet.
        await UntilAsync("there is a journal", async () => (result = await RunAsync("incidents", "list", "--output", "json")).Output.Length > 0);
        return [.. JsonNode.Parse(result!.Output)!.AsArray().Select(n => n!)];
    }

    public async Task<JsonNode> StatusAsync() => JsonNode.Parse((await RunAsync("status", "--output", "json")).Output)!;

    public async Task WaitUntilServingAsync()
    {
        await UntilAsync("the engine serves and its canary was right", async () =>
        {
            var result = await RunAsync("status", "--output", "json");
            if (result.Output.Length == 0)
                return false;
            var seen = JsonNode.Parse(result.Output)!["observations"]!.AsArray();
            return seen.Any(o => (string?)o!["probe"] == "engine-canary" && (string?)o["verdict"] == "healthy")
                && seen.Any(o => (string?)o!["probe"] == "chip-health" && (string?)o["verdict"] == "healthy");
        });
    }

    /// <summary>The one confirmed incident, once it is in a state.</summary>
    public async Task<JsonNode> IncidentInStateAsync(params string[] states)
    {
        JsonNode? found = null;
        await UntilAsync($"an incident is {string.Join(" or ", states)}", async () =>
        {
            found = (await IncidentsAsync()).FirstOrDefault(i => i["confirmed_at"] is not null && states.Contains((string?)i["state"]));
            return found is not null;
        });
        return found!;
    }

    /// <summary>The same of one fault: on a busy machine npu-smi may be told to hang beside it, and does.</summary>
    public async Task<JsonNode> IncidentOfAsync(string fault, string state)
    {
        JsonNode? found = null;
        await UntilAsync($"an incident {fault} is {state}", async () =>
            (found = (await IncidentsAsync()).FirstOrDefault(i => (string?)i["fault"] == fault && (string?)i["state"] == state)) is not null);
        return found!;
    }

    public async Task<bool> EngineAnswersAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(1) };
        try
        {
            using var body = new StringContent("""{"model":"deepseek-r1","prompt":"The capital of France is","max_tokens":4,"temperature":0}""", null,
                "application/json");
            using var response = await http.PostAsync(new Uri($"http://127.0.0.1:{EnginePort}/v1/completions"), body);
            return (await response.Content.ReadAsStringAsync()).Contains("Paris", StringComparison.Ordinal);
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    public async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        for (var looks = 1; !await condition(); looks++)
        {
            if (looks == MostLooks)
                throw new TimeoutException($"not within {MostLooks} looks: {what}\nagent log:\n{AgentLog()}");
            // Some conditions start no program.
            await Pause();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is { HasExited: false })
            await KillAgentAsync();
        _agent?.Dispose();
        await SimulateAsync("down");
        await Receiver.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static Task Pause() => Task.Delay(200);

    private ProcessStartInfo Command(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.WorkingDirectory = WorkingFolder;
        start.Environment["PATH"] = SearchPath;
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>
    /// Below the range from which the system gives ports to connections: an agent that is killed and started again must
    /// find its port free.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; the next one.
            }
        }
    }
}
