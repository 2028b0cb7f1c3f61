using System.Globalization;
using System.Runtime.Versioning;
using Agent.Tests;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>
/// Root calls a command whose state folder belongs to a user who put links there that lead to what only root may touch. Nothing
/// there may be opened, changed or gone afterwards, whatever the command says.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class RootInAnothersFolderTests
{
    private const int Refused = 6;

    // Names that some command opens, writes, renames to or deletes.
    private static readonly string[] Files =
    [
        "npu-agent.db", "npu-agent.db-wal", "npu-agent.db-shm", "lock", "pid", "chips.json", "chips.json.new", "fault-occurrences.json",
            "fault-occurrences.json.new",
        "quality/deepseek.json", "quality/deepseek.json.new", "throughput/deepseek.json", "throughput/deepseek.json.new", "engines/deepseek/run.json",
            "engines/deepseek/run.json.new",
    ];

    [Theory]
    [InlineData("bundle create --fast")]
    [InlineData("bundle list")]
    [InlineData("check")]
    [InlineData("report")]
    [InlineData("status")]
    [InlineData("incidents list")]
    [InlineData("incidents show last")]
    [InlineData("engine reference deepseek")]
    [InlineData("engine explain deepseek --command")]
    [InlineData("config validate")]
    [InlineData("run")]
    public async Task Files_that_are_links_to_roots_are_not_touched(string command)
    {
        await using var host = await HostOfStrangerAsync();
        using var witness = new Witness(host);
        foreach (var file in Files)
            Link(host, file, witness.File);
        Link(host, "bundles", witness.Folder);
        Link(host, "bench", witness.Folder);
        if (command != "run")
            await host.RunAsync(command.Split(' '));
        else
            await RunForAWhileAsync(host);
        witness.ShouldBeUntouched();
    }

    [Fact]
    public async Task Accepted_answers_and_measurements_go_through_no_link()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        await using var host = await SimulatedHost.ServingAsync(chips: 2);
        await host.StopAgentAsync();
        OpenToOthers(host);
        using var witness = new Witness(host);
        Link(host, "quality/deepseek.json.new", witness.File);
        Link(host, "bench", witness.Folder);
        GiveAll(host.State);
        await host.RunAsync("engine", "accept", "deepseek");
        await host.RunAsync("engine", "bench", "deepseek", "--requests", "3", "--answer-tokens", "4");
        witness.ShouldBeUntouched();
    }

    [Theory]
    [InlineData("bundles")]
    [InlineData("engines/deepseek")]
    public async Task A_folder_that_is_exchanged_for_a_link_while_evidence_is_collected_leads_nowhere(string folder)
    {
        await using var host = await HostOfStrangerAsync();
        using var witness = new Witness(host);
        var (real, link) = (Path.Combine(host.State, folder), Path.Combine(host.State, "link"));
        Directory.CreateDirectory(real);
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(host.State, "engines/deepseek")).FullName, "run.json"),
            RunThatIs(Environment.ProcessId, Path.Combine(witness.Folder, "old-1.tar.gz")));
        Link(host, "link", witness.Folder);
        GiveAll(host.State);
        await Ownership.WhileExchangedAsync(real, link, async () =>
        {
            for (var i = 0; i < 4; i++)
                await host.RunAsync("bundle", "create", "--fast");
        });
        witness.ShouldBeUntouched();
    }

    [Fact]
    public async Task What_root_makes_in_the_folder_belongs_to_its_owner_and_nothing_is_lost_to_him()
    {
        await using var host = await HostOfStrangerAsync();
        var made = await host.RunAsync("bundle", "create", "--fast");
        made.ExitCode.ShouldBe(0, made.Error);
        var bundle = Directory.EnumerateFiles(Path.Combine(host.State, "bundles")).ShouldHaveSingleItem();
        Ownership.Of(bundle).ShouldBe(Ownership.Stranger);
        var none = await host.RunAsync("status");
        none.ExitCode.ShouldBe(4, "who asks the daemon stays who he is");
        none.Error.ShouldNotContain("works as");
    }

    [Theory]
    [InlineData("state", "chmod go-w")]
    [InlineData(".", "chmod go-w")]
    [InlineData("state/bundles", "chmod go-w")]
    public async Task A_folder_of_root_that_others_may_write_is_refused(string open, string advice)
    {
        await using var host = await HostOfStrangerAsync();
        Directory.CreateDirectory(Path.Combine(host.State, "bundles"));
        GiveAll(host.State, user: 0);
        File.SetUnixFileMode(Path.Combine(host.Folder, open), (UnixFileMode)0b111_111_111);
        foreach (var command in (string[])["bundle create --fast", "run", "report"])
        {
            var result = await host.RunAsync(command.Split(' '));
            result.ExitCode.ShouldBe(Refused, command);
            result.Error.ShouldContain(advice);
        }
    }

    [Fact]
    public async Task A_folder_of_root_in_that_of_another_is_refused()
    {
        await using var host = await HostOfStrangerAsync();
        var inner = Directory.CreateDirectory(Path.Combine(host.State, "inner")).FullName;
        await File.WriteAllTextAsync(host.Config, (await File.ReadAllTextAsync(host.Config))
            .Replace($"state_folder: {host.State}", $"state_folder: {inner}", StringComparison.Ordinal));
        (await host.RunAsync("report")).ExitCode.ShouldBe(Refused);
        Directory.Delete(inner);
        var missing = await host.RunAsync("report");
        missing.ExitCode.ShouldBe(Refused);
        missing.Error.ShouldContain($"install -d -m 0750 -o {Ownership.Stranger} {inner}");
    }

    [Fact]
    public async Task A_daemon_of_root_becomes_the_owner_and_says_so()
    {
        await using var host = await HostOfStrangerAsync();
        Ownership.Give(Directory.CreateDirectory(Path.Combine(host.Folder, "log")).FullName);
        await RunForAWhileAsync(host);
        host.AgentLog().ShouldContain($"run by root, this works as user {Ownership.Stranger}, the owner of state_folder {host.State}");
        Ownership.Of(Path.Combine(host.State, "npu-agent.db")).ShouldBe(Ownership.Stranger);
    }

    private static async Task<SimulatedHost> HostOfStrangerAsync()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        var host = await SimulatedHost.UpAsync(chips: 2, change: yaml => yaml.Replace("listen: ", "bundles: { max_count: 1 }\nlisten: ",
            StringComparison.Ordinal).Replace("/agent.sock", "/run/agent.sock", StringComparison.Ordinal));
        Ownership.Give(Directory.CreateDirectory(Path.Combine(host.Folder, "run")).FullName);
        Ownership.Give(Directory.CreateDirectory(host.State).FullName);
        OpenToOthers(host);
        return host;
    }

    private static void OpenToOthers(SimulatedHost host) => File.SetUnixFileMode(host.Folder, (UnixFileMode)0b111_101_101);

    private static async Task RunForAWhileAsync(SimulatedHost host)
    {
        host.StartAgent();
        await host.UntilAsync("the agent has looked, or gave up",
            () => Task.FromResult(!host.AgentRuns || host.AgentLog().Contains("Incident", StringComparison.Ordinal)));
        if (host.AgentRuns)
            await host.StopAgentAsync();
    }

    private static void Link(SimulatedHost host, string name, string target)
    {
        var path = Path.Combine(host.State, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
        GiveAll(host.State);
    }

    /// <summary>Links themselves, and not what they lead to.</summary>
    private static void GiveAll(string path, uint user = Ownership.Stranger)
    {
        Ownership.Give(path, user);
        if (new FileInfo(path).LinkTarget is not null || !Directory.Exists(path))
            return;
        foreach (var entry in Directory.EnumerateFileSystemEntries(path))
            GiveAll(entry, user);
    }

    private static string RunThatIs(int pid, string log)
    {
        var ticks = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat").Split(") ")[^1].Split(' ')[19];
        return $$"""{ "process_id": {{pid}}, "start_ticks": {{ticks}}, "boot_id": "{{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}}", "started_at": "2026-01-01T00:00:00Z", "log_file": "{{log}}", "command_line": "" }""";
    }

    /// <summary>A folder that only root may look into.</summary>
    private sealed class Witness : IDisposable
    {
        private readonly OpenWatch _watch;
        private readonly string _before;

        public Witness(SimulatedHost host)
        {
            Folder = Directory.CreateDirectory(Path.Combine(host.Folder, "roots")).FullName;
            foreach (var name in (string[])["secret", "old-1.tar.gz", "old-2.tar.gz", "deepseek-20260101T000000Z.json"])
            {
                System.IO.File.WriteAllText(Path.Combine(Folder, name), "root's alone\n");
                System.IO.File.SetLastWriteTimeUtc(Path.Combine(Folder, name), DateTime.UnixEpoch);
            }

            System.IO.File.SetUnixFileMode(Folder, (UnixFileMode)0b111_000_000);
            _before = Now();
            _watch = new OpenWatch(Folder);
        }

        public string Folder { get; }

        public string File => Path.Combine(Folder, "secret");

        public void ShouldBeUntouched()
        {
            _watch.Opened().ShouldBeEmpty("opened");
            Now().ShouldBe(_before);
        }

        public void Dispose() => _watch.Dispose();

        private string Now() => string.Join('\n', new DirectoryInfo(Folder).EnumerateFileSystemInfos().OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => $"{f.Name} {f.LastWriteTimeUtc:O} {(f as FileInfo)?.Length}"));
    }
}
