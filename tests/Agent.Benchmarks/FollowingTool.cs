using System.Diagnostics;

namespace Agent.Benchmarks;

/// <summary>A tool that follows a log until it is ended, its output in a file.</summary>
internal sealed class FollowingTool
{
    private readonly Process _process;
    private readonly string _output;

    public FollowingTool(string folder, string program, params string[] arguments)
    {
        Name = $"{program} {string.Join(' ', arguments)}";
        _output = Path.Combine(folder, Path.GetRandomFileName());
        // exec: the shell only redirects, and what is measured is the tool.
        _process = Process.Start("sh", ["-c", "file=$1; shift; exec \"$@\" > \"$file\"", "sh", _output, program, .. arguments]);
    }

    public static bool HasJournal => Directory.Exists("/run/systemd/journal");

    public string Name { get; }

    public double CpuSeconds { get; private set; }

    public int Lines { get; private set; }

    public void End()
    {
        _process.Refresh();
        CpuSeconds = _process.HasExited ? 0 : _process.TotalProcessorTime.TotalSeconds;
        _process.Kill();
        _process.WaitForExit();
        Lines = File.ReadLines(_output).Count(l => l.Contains("devmm_svm_flood", StringComparison.Ordinal));
        File.Delete(_output);
    }
}
