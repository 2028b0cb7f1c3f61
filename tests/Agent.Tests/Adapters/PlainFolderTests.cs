using System.Diagnostics;
using Agent.Adapters.Files;

namespace Agent.Tests.Adapters;

public sealed class PlainFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_plain_file_is_listed_and_read()
    {
        Directory.CreateDirectory(_folder.File("inner"));
        File.WriteAllText(_folder.File("inner/a.log"), "text");
        var folder = PlainFolder.Find(_folder.Path)!;
        folder.Files().Select(folder.NameOf).ShouldBe(["inner/a.log"]);
        folder.Files(below: false).ShouldBeEmpty();
        Read(folder, "inner/a.log").ShouldBe("text");
    }

    [Fact]
    public void The_folder_itself_may_be_behind_a_link()
    {
        Directory.CreateDirectory(_folder.File("real"));
        File.WriteAllText(_folder.File("real/a.log"), "text");
        Directory.CreateSymbolicLink(_folder.File("latest"), "real");
        Read(PlainFolder.Find(_folder.File("latest"))!, "a.log").ShouldBe("text");
    }

    [Fact]
    public void Links_to_files_and_folders_are_neither_listed_nor_opened()
    {
        Directory.CreateDirectory(_folder.File("logs"));
        Directory.CreateDirectory(_folder.File("elsewhere"));
        File.WriteAllText(_folder.File("elsewhere/shadow"), "root:x");
        File.CreateSymbolicLink(_folder.File("logs/a.log"), _folder.File("elsewhere/shadow"));
        Directory.CreateSymbolicLink(_folder.File("logs/inner"), _folder.File("elsewhere"));
        var folder = PlainFolder.Find(_folder.File("logs"))!;
        folder.Files().ShouldBeEmpty();
        Should.Throw<IOException>(() => folder.Open("a.log")).Message.ShouldContain("link");
        Should.Throw<IOException>(() => folder.Open("inner/shadow")).Message.ShouldContain("link");
        Should.Throw<IOException>(() => folder.Open("../elsewhere/shadow")).Message.ShouldContain("link");
    }

    [Fact]
    public async Task A_second_name_of_a_file_and_a_pipe_are_not_read_and_the_pipe_is_not_waited_for()
    {
        File.WriteAllText(_folder.File("shadow"), "root:x");
        foreach (var (program, arguments) in ((string, string[])[])[("ln", [_folder.File("shadow"), _folder.File("hard.log")]),
            ("mkfifo", [_folder.File("pipe.log")])])
        {
            using var made = Process.Start(program, arguments);
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var folder = PlainFolder.Find(_folder.Path)!;
        Should.Throw<IOException>(() => folder.Open("hard.log")).Message.ShouldContain("second name");
        Should.Throw<IOException>(() => folder.Open("pipe.log")).Message.ShouldContain("no regular file");
    }

    [Fact]
    public async Task What_is_left_out_was_never_opened()
    {
        Directory.CreateDirectory(_folder.File("elsewhere"));
        using (var made = Process.Start("mkfifo", [_folder.File("elsewhere/pipe")]))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Directory.CreateDirectory(_folder.File("logs/inner"));
        File.WriteAllText(_folder.File("logs/inner/pipe"), "text");
        Directory.CreateSymbolicLink(_folder.File("link"), _folder.File("elsewhere"));
        var folder = PlainFolder.Find(_folder.File("logs"))!;
        using var opened = new OpenWatch(_folder.File("elsewhere"));
        await Ownership.WhileExchangedAsync(_folder.File("logs/inner"), _folder.File("link"), () =>
        {
            for (var i = 0; i < 2000; i++)
                Should.NotThrow(() => Try(folder, "inner/pipe"));
        });
        opened.Opened().ShouldBeEmpty();
    }

    [Fact]
    public async Task While_folders_are_exchanged_for_links_no_name_behind_one_is_listed()
    {
        Directory.CreateDirectory(_folder.File("elsewhere/deep"));
        File.WriteAllText(_folder.File("elsewhere/deep/secret-name"), "text");
        Directory.CreateDirectory(_folder.File("logs/inner/deep"));
        File.WriteAllText(_folder.File("logs/inner/deep/a.log"), "text");
        Directory.CreateSymbolicLink(_folder.File("link"), _folder.File("elsewhere"));
        var folder = PlainFolder.Find(_folder.File("logs"))!;
        HashSet<string> names = [];
        await Ownership.WhileExchangedAsync(_folder.File("logs/inner"), _folder.File("link"), () =>
        {
            for (var i = 0; i < 3000; i++)
                names.UnionWith(folder.Files().Select(folder.NameOf));
        });
        names.ShouldBe(["inner/deep/a.log"]);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_none() => PlainFolder.Find(_folder.File("missing")).ShouldBeNull();

    public void Dispose() => _folder.Dispose();

    private static void Try(PlainFolder folder, string name)
    {
        try
        {
            Read(folder, name).ShouldBe("text");
        }
        catch (IOException)
        {
            // Left out.
        }
    }

    private static string Read(PlainFolder folder, string name)
    {
        using var reader = new StreamReader(folder.Open(name));
        return reader.ReadToEnd();
    }
}
