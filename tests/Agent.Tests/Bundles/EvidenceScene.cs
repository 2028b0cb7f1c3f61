using Agent.Adapters.Processes;
using Agent.Adapters.VllmHttp;
using Agent.Bundles;
using Agent.Configuration;
using Agent.Engines;
using Agent.Engines.Kinds;
using Agent.Engines.Runs;
using Agent.Engines.Starting;
using Agent.ForeignText;
using Agent.Tests.Engines.Kinds;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Bundles;

/// <summary>A host with one engine that ran: /proc, the state folder and what a source makes of them.</summary>
internal sealed class EvidenceScene : IDisposable
{
    private const string Boot = "a-boot";
    private readonly TemporaryFolder _folder = new();

    public EvidenceScene(string engineSettings = "", MemoryReads? memory = null)
    {
        Write("proc/sys/kernel/random/boot_id", Boot);
        Write("agent.yaml", $"state_folder: {_folder.File("state")}\nengines:\n  - name: deepseek\n    model: /m\n    chips: [0/0, 1/0]\n{engineSettings}");
        var load = SettingsFile.Load(_folder.File("agent.yaml"), _ => false);
        load.Problems.ShouldBeEmpty();
        Settings = load.Settings!;
        Processes = new ProcessTable(_folder.File("proc"), memory);
        var engine = Settings.Engines[0];
        Engine = new SupervisedEngine(engine,
            new EngineHandle(engine, Settings.StateFolder, ProcessKind.Of(Processes, engine, Settings.StateFolder, ProcessTable.Self), Processes, Clock),
            new VllmClient(engine.Address, null, Clock));
    }

    public FakeTimeProvider Clock { get; } = new(Story.Start);

    public AgentSettings Settings { get; }

    public ProcessTable Processes { get; }

    public SupervisedEngine Engine { get; }

    public string Folder => _folder.Path;

    public string Write(string name, string text, DateTimeOffset? at = null)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, (at ?? Story.Start).UtcDateTime);
        return path;
    }

    /// <summary>The engine was started at this time, and is gone by now unless it is put into /proc.</summary>
    public void Started(DateTimeOffset at, string log = "", int pid = 4711)
    {
        var file = Write("state/engines/deepseek/run.log", log);
        EngineRunFile.Write(_folder.File("state/engines/deepseek/run.json"), new EngineRun(pid, 1, Boot, at, file, "vllm serve /m"));
        Engine.Handle.AdoptAsync(keeps: false, CancellationToken.None).GetAwaiter().GetResult().ShouldBeTrue();
    }

    public void Process(int pid, string name, string commandLine, params string[] environment)
    {
        Write($"proc/{pid}/stat", $"{pid} ({name}) S 1 {pid} {pid} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0");
        Write($"proc/{pid}/status", ProcFolder.StatusOf(ProcessTable.Self, ProcessTable.Self));
        Write($"proc/{pid}/cmdline", commandLine.Replace(' ', '\0'));
        Write($"proc/{pid}/environ", string.Join('\0', environment.Prepend($"{EngineCommandLine.Marker}=deepseek@{Settings.StateFolder}")) + "\0");
    }

    public async Task<Evidence> CollectAsync(IBundleSource source, long maxBytes = 1 << 30)
    {
        var staging = _folder.File("staging");
        var folder = new BundleFolder(staging, new Redaction([]), maxBytes, new BundleRoom(1 << 30), CancellationToken.None);
        await source.CollectAsync(folder, CancellationToken.None);
        var (files, problems, absent) = folder.Close();
        return new Evidence(files.ToDictionary(f => f, f => File.ReadAllText(Path.Combine(staging, f)), StringComparer.Ordinal), problems, absent);
    }

    public void Dispose() => _folder.Dispose();
}

internal sealed record Evidence(IReadOnlyDictionary<string, string> Files, IReadOnlyList<string> Problems, IReadOnlyList<string> Absent);

/// <summary>Answers each command line by a function; what it was asked is kept.</summary>
internal sealed class AnsweringProcesses(Func<string, (ProcessEnd End, int ExitCode, string Output)> answer) : IProcessRunner
{
    public List<string> Calls { get; } = [];

    public Task<ProcessResult> RunAsync(CommandLine command, ProcessLimits limits, string? input = null, string? workingFolder = null,
        CancellationToken cancellation = default)
    {
        Calls.Add(command.ToString());
        var (end, code, output) = answer(command.ToString());
        return Task.FromResult(new ProcessResult(command, end, code, output, "", false, TimeSpan.FromSeconds(1)));
    }
}
