using System.Runtime.InteropServices;
using Agent.Adapters.Files;

namespace Agent.Tests.Adapters;

public sealed partial class WholeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("inner/a.json");

    [Fact]
    public void It_is_there_as_a_whole_and_nothing_beside_it()
    {
        WholeFile.Write(Path, "one");
        WholeFile.Write(Path, "two");
        File.ReadAllText(Path).ShouldBe("two");
        Directory.EnumerateFiles(_folder.File("inner")).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("a.json")]
    [InlineData("a.json.new")]
    public void A_link_that_has_its_name_is_replaced_and_not_followed(string name)
    {
        Directory.CreateDirectory(_folder.File("inner"));
        File.WriteAllText(_folder.File("secret"), "before");
        File.CreateSymbolicLink(_folder.File("inner/" + name), _folder.File("secret"));
        WholeFile.Write(Path, "text");
        File.ReadAllText(_folder.File("secret")).ShouldBe("before");
        File.ReadAllText(Path).ShouldBe("text");
        new FileInfo(Path).LinkTarget.ShouldBeNull();
    }

    [Fact]
    public void A_second_name_of_another_file_is_not_written_through()
    {
        Directory.CreateDirectory(_folder.File("inner"));
        File.WriteAllText(_folder.File("secret"), "before");
        Link(_folder.File("secret"), Path + ".new").ShouldBe(0);
        WholeFile.Write(Path, "text");
        File.ReadAllText(_folder.File("secret")).ShouldBe("before");
    }

    [Fact]
    public void A_write_that_breaks_leaves_what_was_there()
    {
        WholeFile.Write(Path, "before");
        Should.Throw<IOException>(() => WholeFile.Write(Path, null, overwrite: true, file =>
        {
            file.WriteByte(1);
            throw new IOException("No space left on device");
        }));
        File.ReadAllText(Path).ShouldBe("before");
        Directory.EnumerateFiles(_folder.File("inner")).ShouldHaveSingleItem();
    }

    [Fact]
    public void What_is_not_to_be_overwritten_stays()
    {
        WholeFile.Write(Path, "before");
        Should.Throw<IOException>(() => WholeFile.Write(Path, null, overwrite: false, file => file.WriteByte(1)));
        File.ReadAllText(Path).ShouldBe("before");
    }

    [Fact]
    public void Its_mode_is_as_asked_for_whatever_the_umask()
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        WholeFile.Write(Path, "text", Mode);
        File.GetUnixFileMode(Path).ShouldBe(Mode);
    }

    /// <summary>Every file of the agent goes through it that has a moment in which it is not whole.</summary>
    [Fact]
    public void Nothing_else_writes_beside_a_place_and_renames()
    {
        var sources = System.IO.Path.Combine(Architecture.ArchitectureTests.Repository(), "src", "Agent");
        Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && File.ReadAllText(f).Contains(" File.Move(", StringComparison.Ordinal))
            .Select(System.IO.Path.GetFileName)
            // The database that is damaged is set aside.
            .ShouldBe(["WholeFile.cs", "SetAsideFile.cs"], ignoreOrder: true);
    }

    public void Dispose() => _folder.Dispose();

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string target, string path);
}
