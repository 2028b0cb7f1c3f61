using Agent.Adapters.Files;
using Agent.Commands.Syntax;
using Agent.Storage;
using Agent.Tests.Storage;

namespace Agent.Tests.Commands;

/// <summary>Where `report --file` writes, and what it leaves as it is.</summary>
public sealed class ReportFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ReportFileTests()
    {
        File.WriteAllText(_folder.File("agent.yaml"), $"state_folder: {_folder.File("state")}\ncontrol_socket: {_folder.File("a.sock")}\n");
        OpenJournal.Of(Database.Open(_folder.File("state"), Story.Start), TimeProvider.System).Dispose();
    }

    [Fact]
    public async Task A_file_is_written_whole_and_written_anew()
    {
        File.WriteAllText(_folder.File("report.html"), "old");
        (await ReportAsync(_folder.File("report.html"))).ShouldBe(ExitCodes.Ok);
        File.ReadAllText(_folder.File("report.html")).ShouldStartWith("<!DOCTYPE html>");
        Directory.EnumerateFiles(_folder.Path, "*.new").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_regular_file_stays_what_it_is()
    {
        File.WriteAllText(_folder.File("real"), "real");
        File.CreateSymbolicLink(_folder.File("link"), _folder.File("real"));
        using var pipe = LockedFile.InPlaceOf(_folder.File("pipe"));
        Directory.CreateDirectory(_folder.File("folder"));
        foreach (var name in (string[])["link", "pipe", "folder"])
        {
            var before = FileLook.At(_folder.File(name))!.Value;
            (await ReportAsync(_folder.File(name))).ShouldBe(ExitCodes.Failed, name);
            FileLook.At(_folder.File(name)).ShouldBe(before);
        }

        File.ReadAllText(_folder.File("real")).ShouldBe("real");
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told_and_not_made()
    {
        (await ReportAsync(_folder.File("nowhere/report.html"))).ShouldBe(ExitCodes.Failed);
        Directory.Exists(_folder.File("nowhere")).ShouldBeFalse();
    }

    public void Dispose() => _folder.Dispose();

    private Task<int> ReportAsync(string file) =>
        CommandTree.Create().Parse(["report", "--format", "html", "--file", file, "--config", _folder.File("agent.yaml")])
            .InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
}
