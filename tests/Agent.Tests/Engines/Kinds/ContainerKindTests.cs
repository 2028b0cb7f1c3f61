using Agent.Adapters.Containers;
using Agent.Adapters.Processes;
using Agent.Engines.Kinds;

namespace Agent.Tests.Engines.Kinds;

/// <summary>Answers are those of podman 4.3 where it was asked, in the words that docker and isula share with it.</summary>
public sealed partial class ContainerKindTests : IDisposable
{
    private const string Id = "f3e379dcc3180701b532c43c480ad4dfa518632ff066b3125f74be2899932678";
    private const string Missing = "Error: inspecting object: no such object: \"npu-engine-deepseek\"";

    private readonly TemporaryFolder _folder = new();
    private readonly ProcFolder _proc;
    private readonly ScriptedTool _tool = new();

    public ContainerKindTests() => _proc = new ProcFolder(_folder).With(16934);

    [Fact]
    public async Task A_run_is_rendered_with_the_chips_that_are_there_and_no_secret()
    {
        foreach (var device in (string[])["davinci4", "davinci5", "davinci_manager", "hisi_hdc"])
            File.WriteAllText(_folder.File(device), "");
        _tool.Inspected(null, Running());
        var (main, problem) = await Kind("mounts: [/models:/models:ro], arguments: [--pids-limit=-1]").LaunchAsync(Launch(), CancellationToken.None);
        problem.ShouldBeNull();
        main.ShouldBe(new ProcessId(16934, 7));
        var dev = _folder.Path;
        _tool.Calls[2].ShouldBe(
            $"isula run -d --name npu-engine-deepseek --label npu-agent.engine=deepseek@/state --net=host --shm-size=17179869184 --env-file "
                + $"{dev}/engines/deepseek.env --log-opt max-size=64MB --log-opt max-file=4 " +
            $"--device {dev}/davinci4 --device {dev}/davinci5 --device {dev}/davinci_manager --device {dev}/hisi_hdc -v /models:/models:ro --pids-limit=-1 "
                + $"--entrypoint vllm vllm-ascend:1 serve /m");
        _tool.EnvironmentFile.ShouldBe("VLLM_API_KEY=secret\nASCEND_RT_VISIBLE_DEVICES=0,1\n");
        File.Exists(_folder.File("engines/deepseek.env")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/run/npu-agent/agent.sock", "/run/npu-agent/engines")]
    [InlineData("/srv/second/agent.sock", "/srv/second/engines")]
    public void The_file_with_secrets_lies_where_the_socket_of_its_own_agent_is(string socket, string folder) =>
        ContainerRun.FolderOf(SettingsFile.Parse("t.yaml", $"control_socket: {socket}\n", _ => false).Settings!).ShouldBe(folder);

    [Fact]
    public async Task A_container_that_may_see_every_chip_keeps_the_numbers_of_the_host()
    {
        _tool.Inspected(null, Running());
        await Kind("arguments: [--privileged]").LaunchAsync(Launch(), CancellationToken.None);
        _tool.EnvironmentFile.ShouldContain("ASCEND_RT_VISIBLE_DEVICES=4,5\n");
    }

    [Fact]
    public async Task The_container_of_the_last_run_is_removed_before_a_start()
    {
        _tool.Inspected(Exited(143), Running());
        (await Kind().LaunchAsync(Launch(), CancellationToken.None)).Refusal.ShouldBeNull();
        _tool.Calls.Select(c => c.Split(' ')[1]).ShouldBe(["inspect", "rm", "info", "run", "inspect"]);
    }

    [Theory]
    [InlineData("Server Version: 2.1.5\nLogging Driver: json-file\nCgroup Driverr: cgroupfs\n", "", true)]
    [InlineData("host:\n  logDriver: k8s-file\n  memFree: 1\n", "", true)]
    [InlineData("Server Version: 27.1\n Logging Driver: journald\n", "", false)]
    [InlineData("something else", "", false)]
    [InlineData("Logging Driver: json-file\n", "arguments: [--log-opt, max-size=1GB]", false)]
    [InlineData("Logging Driver: json-file\n", "arguments: [--log-driver=none]", false)]
    public async Task The_tool_s_own_log_is_bounded_where_it_is_a_file_and_nobody_said_otherwise(string information, string settings, bool bounded)
    {
        _tool.Information = information;
        _tool.Inspected(null, Running());
        (await Kind(settings).LaunchAsync(Launch(), CancellationToken.None)).Refusal.ShouldBeNull();
        _tool.Calls.Single(c => c.StartsWith("isula run", StringComparison.Ordinal))
            .Contains("--log-opt max-size=64MB --log-opt max-file=4", StringComparison.Ordinal).ShouldBe(bounded);
    }

    [Fact]
    public async Task A_container_of_somebody_else_is_left_alone()
    {
        _tool.Inspected(Running().Replace("deepseek@/state", "deepseek@/other", StringComparison.Ordinal));
        (await Kind().LaunchAsync(Launch(), CancellationToken.None)).Refusal!.Text.ShouldContain("that this agent did not make");
        _tool.Inspected(Running().Replace("deepseek@/state", "deepseek@/other", StringComparison.Ordinal));
        (await Kind().FindAsync(CancellationToken.None)).ShouldBeNull();
        _tool.Calls.ShouldAllBe(c => c.StartsWith("isula inspect ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_that_is_refused_says_why()
    {
        _tool.Inspected([null]);
        _tool.Refusals["run"] = "Error: initializing source docker://localhost/nothing:1: connection refused";
        (await Kind().LaunchAsync(Launch(), CancellationToken.None)).Refusal!.Text.ShouldContain("initializing source docker://localhost/nothing:1");
        File.Exists(_folder.File("engines/deepseek.env")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("nothing of JSON")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[{\"State\":7}]")]
    [InlineData("{\"State\":{}}")]
    public async Task Nonsense_is_no_container_and_starts_none(string answer)
    {
        _tool.Inspected(answer);
        (await Kind().LaunchAsync(Launch(), CancellationToken.None)).Refusal!.Text.ShouldContain("something else than JSON of a container");
        _tool.Calls.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_answer_without_what_isula_leaves_out_is_understood()
    {
        _tool.Inspected("""[{"Id":"1","State":{"Status":"exited","Running":false,"Pid":0,"ExitCode":1},"Config":{"Labels":{"npu-agent.engine":"deepseek@/state" } } }]""");
        (await Kind().ExitAsync(CancellationToken.None)).ShouldBe(new EngineExit(1, OutOfMemory: false));
    }

    [Fact]
    public async Task A_command_line_that_does_not_answer_is_told()
    {
        _tool.End = ProcessEnd.NotFound;
        (await Kind().CautionsAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("isula: program not found");
        (await Kind().LaunchAsync(Launch(), CancellationToken.None)).Refusal!.Text.ShouldContain("program not found");
    }

    /// <summary>podman says of a paused container that it does not run, docker that it does, isula the status alone.</summary>
    [Theory]
    [InlineData("\"Status\":\"paused\",\"Running\":false,\"Paused\":true")]
    [InlineData("\"Status\":\"paused\",\"Running\":true,\"Paused\":true")]
    [InlineData("\"Status\":\"paused\",\"Running\":true")]
    public async Task A_paused_container_has_not_ended_and_is_told_as_paused(string state)
    {
        var paused = Running().Replace("\"Status\":\"running\",\"Running\":true,\"Paused\":false", state, StringComparison.Ordinal);
        _tool.Inspected(paused, paused, paused, Running());
        (await Kind().FindAsync(CancellationToken.None)).ShouldBe(new ProcessId(16934, 7));
        (await Kind().ExitAsync(CancellationToken.None)).ShouldBeNull();
        (await Kind().PausedAsync(CancellationToken.None))
            .ShouldBe("container npu-engine-deepseek is paused; `isula unpause npu-engine-deepseek` lets it go on");
        (await Kind().PausedAsync(CancellationToken.None)).ShouldBeNull();
    }

    [Theory]
    [InlineData(143)]
    [InlineData(0)]
    [InlineData(137)]
    public async Task A_container_in_which_the_kernel_killed_because_memory_ran_out_was_stopped_by_nobody(int code)
    {
        _tool.Inspected(Exited(code, outOfMemory: true));
        var exit = (await Kind().ExitAsync(CancellationToken.None))!;
        (exit.OutOfMemory, exit.WasAsked).ShouldBe((true, false));
    }

    [Fact]
    public async Task A_container_that_is_gone_while_it_is_removed_was_removed()
    {
        _tool.Inspected(Exited(1), Running());
        _tool.Refusals["rm"] = "Error response from daemon: No such container: npu-engine-deepseek";
        (await Kind().LaunchAsync(Launch(), CancellationToken.None)).Refusal.ShouldBeNull();
    }

    [Theory]
    [InlineData("rm", nameof(RefusalClass.Passes), "Error response from daemon: removal of container f3e379dcc318 is already in progress")]
    [InlineData("run", nameof(RefusalClass.Configuration), "unknown flag: --timeout")]
    [InlineData("run", nameof(RefusalClass.Passes), "words that nobody knows")]
    public async Task A_refusal_of_the_tool_has_a_class_and_its_own_words(string verb, string of, string words)
    {
        _tool.Inspected(Exited(1), Running());
        _tool.Refusals[verb] = words;
        var refusal = (await Kind().LaunchAsync(Launch(), CancellationToken.None)).Refusal!;
        (refusal.Class.ToString(), refusal.IsOfEngine).ShouldBe((of, false));
        refusal.Text.ShouldContain(words);
    }

    [Fact]
    public async Task A_container_of_another_is_a_persons()
    {
        _tool.Inspected(Running().Replace("deepseek@/state", "other", StringComparison.Ordinal));
        (await Kind().LaunchAsync(Launch(), CancellationToken.None)).Refusal!.Class.ShouldBe(RefusalClass.Person);
    }

    [Theory]
    [InlineData(2, false, nameof(RefusalClass.Configuration))]
    [InlineData(137, false, nameof(RefusalClass.Passes))]
    [InlineData(137, true, nameof(RefusalClass.Passes))]
    public async Task One_that_ended_at_once_is_the_engines_own_word_unless_it_was_killed(int code, bool outOfMemory, string of)
    {
        _tool.Inspected(null, Exited(code, outOfMemory));
        (await Kind().LaunchAsync(Launch(), CancellationToken.None)).Refusal!.Class.ToString().ShouldBe(of);
    }

    public void Dispose() => _folder.Dispose();

    private ContainerKind Kind(string settings = "")
    {
        var load = SettingsFile.Parse("t.yaml",
            $"engines:\n  - name: deepseek\n    model: /m\n    chips: [0/0]\n    kind: container\n    container: {{ command: [isula], image: "
            + $"\"vllm-ascend:1\"{(settings.Length > 0 ? ", " : "")}{settings} }}\n", _ => false);
        load.Problems.ShouldBeEmpty();
        var engine = load.Settings!.Engines[0];
        return new ContainerKind(new ContainerTool(_tool, engine.RunsIn.Container!.Command),
            new ContainerRun(engine, engine.RunsIn.Container, "deepseek@/state", _folder.Path, _folder.File("engines")), _proc.Table);
    }

    private EngineLaunch Launch() => new(
        CommandLine.Of(["vllm", "serve", "/m"]),
        new Dictionary<string, string> { ["VLLM_API_KEY"] = "secret", ["ASCEND_RT_VISIBLE_DEVICES"] = "4,5" },
        _folder.File("run.log"));

    private static string Running() => Inspect("running", true, 16934, 0, false);

    private static string Exited(int code, bool outOfMemory = false) => Inspect("exited", false, 0, code, outOfMemory);

    private static string Inspect(string status, bool running, int pid, int code, bool outOfMemory) => $$"""
        [{"Id":"{{Id}}","Created":"2026-11-26T00:18:26Z","State":{"OciVersion":"1.0.2-dev","Status":"{{status}}","Running":{{(running ? "true" : "false")}},"Paused":false,
        "OOMKilled":{{(outOfMemory ? "true" : "false")}},"Dead":false,"Pid":{{pid}},"ConmonPid":16923,"ExitCode":{{code}},"Error":""},"Config":{"Labels":{"npu-agent.engine":"deepseek@/state" } } }]
        """;

    /// <summary>Answers inspect in the order given; keeps what the environment file held while `run` ran.</summary>
    private sealed class ScriptedTool : IProcessRunner
    {
        private readonly Queue<string?> _inspected = new();

        public List<string> Calls { get; } = [];

        public Dictionary<string, string> Refusals { get; } = [];

        public ProcessEnd End { get; set; } = ProcessEnd.Exited;

        public string EnvironmentFile { get; private set; } = "";

        public string Information { get; set; } = "Logging Driver: json-file\n";

        public void Inspected(params string?[] answers) => Array.ForEach(answers, _inspected.Enqueue);

        public Task<ProcessResult> RunAsync(CommandLine command, ProcessLimits limits, string? input = null, string? workingFolder = null,
            CancellationToken cancellation = default)
        {
            Calls.Add(command.ToString());
            var verb = command.Arguments[0];
            if (verb == "run")
                EnvironmentFile = File.ReadAllText(command.Arguments[command.Arguments.ToList().IndexOf("--env-file") + 1]);
            var (code, output, error) = Refusals.TryGetValue(verb, out var refusal) ? (125, "", refusal)
                : verb == "info" ? (0, Information, "")
                : verb != "inspect" ? (0, "", "")
                : _inspected.TryDequeue(out var answer) && answer is not null ? (0, answer, "") : (125, "[]", Missing);
            return Task.FromResult(new ProcessResult(command, End, code, output, error, false, TimeSpan.Zero));
        }
    }
}
