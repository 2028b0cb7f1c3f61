using System.ComponentModel;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;

namespace Agent.Tests.Adapters;

public sealed class ProgramPathTests : IDisposable
{
    private const int NoSuchFile = 2;
    private const int NotAllowed = 13;
    private const UnixFileMode Program =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    private const UnixFileMode ForAll = Program | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_bare_name_is_found_on_the_first_absolute_entry_that_has_it()
    {
        var second = Put("second", "tool");
        ProgramPath.Find("tool", $"{Folder("first")}:{Folder("second")}:{Path.GetDirectoryName(Put("third", "tool"))}").ShouldBe(second);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("bin")]
    [InlineData("./bin")]
    [InlineData("~/bin")]
    public void An_entry_that_means_the_working_folder_is_not_looked_into_and_told(string entry)
    {
        var tool = Put("second", "tool");
        // The name is also in the working folder of the test, wherever that entry leads.
        ProgramPath.Find("tool", $"{entry}:{Folder("second")}").ShouldBe(tool);
        Refusal("Agent.Tests", entry).Code.ShouldBe(NoSuchFile);
        ProgramPath.LeftOut($"/usr/bin:{entry}").ShouldNotBeNull().ShouldContain($"'{entry}'");
    }

    [Theory]
    [InlineData("./tool")]
    [InlineData("bin/tool")]
    [InlineData("../tool")]
    [InlineData("")]
    [InlineData(".")]
    public void A_name_that_is_relative_to_the_working_folder_is_refused(string name)
    {
        var refusal = Refusal(name, "/usr/bin");
        refusal.Code.ShouldBe(NotAllowed);
        refusal.Text.ShouldContain("write an absolute path");
    }

    [Fact]
    public void An_absolute_path_stays_what_it_is() => ProgramPath.Find("/bin/sh", "").ShouldBe("/bin/sh");

    [Fact]
    public void Whatever_is_no_program_is_passed_over()
    {
        Directory.CreateDirectory(Path.Combine(Folder("first"), "tool"));
        File.WriteAllText(Path.Combine(Folder("second"), "tool"), "no program");
        var third = Put("third", "tool");
        ProgramPath.Find("tool", $"{Folder("first")}:{Folder("second")}:{Folder("third")}").ShouldBe(third);
        Refusal("tool", Folder("second")).Text.ShouldContain("chmod a+x");
    }

    [Fact]
    public void Without_PATH_the_folders_of_the_system_are_meant() => ProgramPath.Find("sh", null).ShouldEndWith("/sh");

    [Fact]
    public void Root_runs_nothing_from_a_folder_that_others_may_write()
    {
        NeedsRoot();
        var tool = Put("open", "tool");
        File.SetUnixFileMode(Folder("open"), ForAll);
        Refusal("tool", Folder("open")).Text.ShouldBe($"root does not run {tool}: {OwnedPath.Problem(Folder("open"))}; or take {Folder("open")} out of PATH");
        File.SetUnixFileMode(Folder("open"), ForAll | UnixFileMode.StickyBit);
        Refusal("tool", Folder("open")).Code.ShouldBe(NotAllowed);
        Refusal(tool, "/usr/bin").Code.ShouldBe(NoProblem, "a sticky folder keeps a file of root");
    }

    [Fact]
    public void Root_runs_no_program_that_others_may_write()
    {
        NeedsRoot();
        var tool = Put("bin", "tool");
        File.SetUnixFileMode(tool, ForAll);
        Refusal("tool", Folder("bin")).Text.ShouldContain($"chmod go-w {tool}; or take {Folder("bin")} out of PATH");
        Refusal(tool, "/usr/bin").Text.ShouldContain($"chmod go-w {tool}");
    }

    [Theory]
    [InlineData("program")]
    [InlineData("folder")]
    [InlineData("link to the program")]
    [InlineData("link on the way")]
    [InlineData("folder behind a link")]
    public void Root_runs_nothing_that_another_user_could_exchange(string whose)
    {
        NeedsRoot();
        var tool = Put("real/bin", "tool");
        File.CreateSymbolicLink(Path.Combine(Folder("links"), "tool"), tool);
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "way"), Folder("real"));
        var (program, given) = whose switch
        {
            "program" => (tool, tool),
            "folder" => (tool, Folder("real/bin")),
            "link to the program" => (Path.Combine(Folder("links"), "tool"), Path.Combine(Folder("links"), "tool")),
            "link on the way" => (Path.Combine(_folder.Path, "way/bin/tool"), Path.Combine(_folder.Path, "way")),
            _ => (Path.Combine(Folder("links"), "tool"), Folder("real")),
        };
        ProgramPath.Find(program, null).ShouldBe(program);
        Ownership.Give(given);
        Refusal(program, null).Text.ShouldContain($"{given} belongs to user {Ownership.Stranger}");
    }

    public void Dispose() => _folder.Dispose();

    private const int NoProblem = 0;

    private static void NeedsRoot() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, who has more to lose");

    private static (int Code, string Text) Refusal(string program, string? path)
    {
        try
        {
            _ = ProgramPath.Find(program, path);
            return (NoProblem, "");
        }
        catch (Win32Exception refused)
        {
            return (refused.NativeErrorCode, refused.Message);
        }
    }

    private string Folder(string name) => Directory.CreateDirectory(_folder.File(name)).FullName;

    private string Put(string folder, string name)
    {
        var path = Path.Combine(Folder(folder), name);
        File.WriteAllText(path, "#!/bin/sh\n");
        File.SetUnixFileMode(path, Program);
        return path;
    }
}
