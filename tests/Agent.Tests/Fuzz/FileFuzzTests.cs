using System.Text;
using Agent.Engines.Quality;
using Agent.Engines.Runs;

namespace Agent.Tests.Fuzz;

/// <summary>Files that people write, or that lie in the state folder.</summary>
public sealed class FileFuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Every_configuration_is_taken_or_refused_with_a_place()
    {
        var sample = File.ReadAllText(Path.Combine(Repository, "packaging", "agent.yaml"));
        const string Small = "state_folder: /s\nlisten: 127.0.0.1:9101\nengines:\n  - name: a\n    model: /m\n    chips: [0/0, 1/0]\n    environment: { A: b "
            + "}\n    arguments: { max-model-len: 4096 }\n    stop: { drain: 30s }\n";
        Fuzzing.Play("agent.yaml", 3000, [Small, Small, sample], text =>
        {
            var load = SettingsFile.Parse("t.yaml", text, _ => false);
            (load.Settings is null).ShouldBe(load.Problems.Count > 0);
        }, (4 * 1024 * 1024, 3000));
    }

    [Fact]
    public void Every_record_of_a_run_is_one_or_none()
    {
        var file = _folder.File("run.json");
        EngineRunFile.Write(file, new EngineRun(4711, 123, "a-boot", Story.Start, "/var/lib/npu-agent/engines/a/x.log",
            "vllm serve /m")
        { Cgroup = "/system.slice/x.service", User = 990 });
        var sound = File.ReadAllText(file);
        Fuzzing.Play("run.json", 3000, [sound], text =>
        {
            File.WriteAllBytes(file, Encoding.UTF8.GetBytes(text));
            if (EngineRunFile.Read(file) is { } run)
                _ = (run.BootId.Length, run.LogFile.Length, run.CommandLine.Length, run.Main);
        }, (512 * 1024, 200));
    }

    [Fact]
    public void Every_reference_is_one_or_refused_with_its_name()
    {
        var files = new ReferenceFile(_folder.Path, "a");
        files.Write(new QualityReference("a", "/m", "0.11", "fp", Story.Start,
            [new ReferenceAnswer("p", "t", [new(1, -0.5, new Dictionary<int, double> { [1] = -0.5, [2] = -3 })])]));
        var sound = File.ReadAllText(files.Path);
        Fuzzing.Play("reference", 3000, [sound], text =>
        {
            File.WriteAllBytes(files.Path, Encoding.UTF8.GetBytes(text));
            try
            {
                _ = files.Read()?.Answers.Sum(a => a.Tokens.Sum(t => t.Likeliest) + a.Prompt.Length + a.Text.Length);
            }
            catch (InvalidDataException refused)
            {
                refused.Message.ShouldContain(files.Path);
            }
        }, (512 * 1024, 400));
    }

    public void Dispose() => _folder.Dispose();

    private static string Repository => typeof(FileFuzzTests).Assembly.GetCustomAttributes(false).OfType<System.Reflection.AssemblyMetadataAttribute>()
        .Single(a => a.Key == "Repository").Value!;
}
