using Agent.Adapters.Files;

namespace Agent.Tests.Adapters;

public sealed class OwnedPathTests : IDisposable
{
    private const UnixFileMode ForAll = (UnixFileMode)0b111_111_111;
    private const uint Other = Ownership.Stranger + 1;

    private readonly TemporaryFolder _folder = new();

    public OwnedPathTests()
    {
        Assert.SkipUnless(FileOwner.IsRoot, "needs root, whose files these are");
        Directory.CreateDirectory(_folder.File("a/b"));
        File.WriteAllText(_folder.File("a/b/file"), "root's");
    }

    [Fact]
    public void What_is_roots_on_its_whole_way_is_held_and_read()
    {
        using var found = Found(_folder.File("a/b/file"));
        (found.RealPath, found.Owner, found.IsMissing).ShouldBe((_folder.File("a/b/file"), FileOwner.Root, false));
        using var reader = new StreamReader(found.OpenRead());
        reader.ReadToEnd().ShouldBe("root's");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a/b")]
    [InlineData("a/b/file")]
    public void A_part_of_another_user_is_named(string part)
    {
        Ownership.Give(_folder.File(part));
        Problem(_folder.File("a/b/file"))
            .ShouldStartWith($"{_folder.File(part)} belongs to user {Ownership.Stranger}; root must own every part of a path that it trusts: chown root "
            + $"{_folder.File(part)}");
    }

    [Theory]
    [InlineData("a", UnixFileMode.GroupWrite)]
    [InlineData("a/b", UnixFileMode.OtherWrite)]
    [InlineData("a/b/file", UnixFileMode.GroupWrite)]
    [InlineData("a/b/file", UnixFileMode.OtherWrite | UnixFileMode.StickyBit)]
    public void A_part_that_others_may_write_is_named(string part, UnixFileMode mode)
    {
        File.SetUnixFileMode(_folder.File(part), mode | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Problem(_folder.File("a/b/file")).ShouldEndWith($"chmod go-w {_folder.File(part)}");
    }

    [Fact]
    public void In_a_sticky_folder_roots_own_is_roots_and_all_else_is_not()
    {
        File.SetUnixFileMode(_folder.File("a"), ForAll | UnixFileMode.StickyBit);
        OwnedPath.Problem(_folder.File("a/b/file")).ShouldBeNull();
        OwnedPath.Problem(_folder.File("a")).ShouldNotBeNull().ShouldContain("may be written by others");
        OwnedPath.Problem(_folder.File("a/nothing")).ShouldNotBeNull().ShouldContain("make it first, as root");
        Ownership.Give(_folder.File("a/b"));
        Problem(_folder.File("a/b/file")).ShouldContain("belongs to user");
    }

    [Theory]
    [InlineData("b")]
    [InlineData("../a/./b")]
    [InlineData("")]
    public void A_link_of_root_is_followed(string target)
    {
        Directory.CreateSymbolicLink(_folder.File("a/link"), target.Length > 0 ? target : _folder.File("a/b"));
        using var found = Found(_folder.File("a/link/file"));
        found.RealPath.ShouldBe(_folder.File("a/b/file"));
    }

    [Fact]
    public void A_link_of_another_user_is_not_followed_nor_one_into_his_folder()
    {
        Directory.CreateDirectory(_folder.File("his"));
        File.WriteAllText(_folder.File("his/file"), "his");
        Directory.CreateSymbolicLink(_folder.File("to-his"), Ownership.Give(_folder.File("his")));
        Directory.CreateSymbolicLink(_folder.File("his-own"), _folder.File("a/b"));
        Ownership.Give(_folder.File("his-own"));
        Problem(_folder.File("to-his/file")).ShouldContain($"{_folder.File("his")} belongs");
        Problem(_folder.File("his-own/file")).ShouldContain($"chown -h root {_folder.File("his-own")}");
    }

    [Fact]
    public void Links_that_lead_to_each_other_end()
    {
        Directory.CreateSymbolicLink(_folder.File("one"), "two");
        Directory.CreateSymbolicLink(_folder.File("two"), "one");
        Problem(_folder.File("one")).ShouldContain("40 links");
    }

    [Fact]
    public void A_file_on_the_way_is_no_folder() => Problem(_folder.File("a/b/file/x")).ShouldContain("Not a directory");

    [Fact]
    public void What_is_not_there_is_its_nearest_folder()
    {
        using var found = Found(_folder.File("a/c/d"));
        (found.RealPath, found.IsMissing).ShouldBe((_folder.File("a"), true));
        Should.Throw<IOException>(found.OpenRead);
    }

    [Fact]
    public void A_folder_of_one_user_is_his_wherever_his_part_of_the_way_begins()
    {
        Ownership.Give(_folder.File("a/b"));
        Ownership.Give(_folder.File("a/b/file"));
        OwnedPath.Open(_folder.File("a/b/file"), PathOwner.OneUser).Found.ShouldNotBeNull().Owner.ShouldBe(Ownership.Stranger);
    }

    [Fact]
    public void What_two_users_have_a_hand_in_is_nobodys()
    {
        Ownership.Give(_folder.File("a"), Other);
        Ownership.Give(_folder.File("a/b"));
        OwnedPath.Open(_folder.File("a/b"), PathOwner.OneUser).Problem.ShouldNotBeNull().ShouldContain($"to user {Other}");
    }

    [Fact]
    public void What_is_roots_in_the_folder_of_another_is_his_to_exchange()
    {
        Ownership.Give(_folder.File("a"));
        OwnedPath.Open(_folder.File("a/b"), PathOwner.OneUser).Problem.ShouldNotBeNull()
            .ShouldContain($"user {Ownership.Stranger} may put something else in its place");
    }

    [Fact]
    public async Task While_names_are_exchanged_nothing_but_the_file_that_was_looked_at_is_read()
    {
        Directory.CreateDirectory(_folder.File("his"));
        File.WriteAllText(_folder.File("his/file"), "his");
        Ownership.Give(_folder.File("his/file"));
        Directory.CreateSymbolicLink(_folder.File("link"), Ownership.Give(_folder.File("his")));
        HashSet<string> read = [];
        await Ownership.WhileExchangedAsync(_folder.File("a/b"), _folder.File("link"), () =>
        {
            for (var i = 0; i < 3000; i++)
            {
                using var found = OwnedPath.Open(_folder.File("a/b/file"), PathOwner.Root).Found;
                if (found is null or { IsMissing: true })
                    continue;
                using var reader = new StreamReader(found.OpenRead());
                read.Add(reader.ReadToEnd());
            }
        });
        read.ShouldBe(["root's"]);
    }

    public void Dispose() => _folder.Dispose();

    private static string Problem(string path) => OwnedPath.Problem(path).ShouldNotBeNull();

    private static OwnedPath Found(string path)
    {
        var (found, problem) = OwnedPath.Open(path, PathOwner.Root);
        problem.ShouldBeNull();
        return found!;
    }
}
