using Agent.Configuration.Host;

namespace Agent.Tests.Configuration;

public sealed class SecretFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("sk-1234\n", "sk-1234")]
    [InlineData("\uFEFFsk-1234\r\n", "sk-1234")]
    [InlineData("  two words  ", "two words")]
    public void A_secret_is_the_one_line_of_its_file(string written, string secret) => SecretFile.ReadApiKey(Written(written)).ShouldBe((secret, null));

    [Theory]
    [InlineData("", "holds no secret")]
    [InlineData(" \n\n", "holds no secret")]
    [InlineData("one\ntwo\n", "more than one line")]
    [InlineData("a\u0000b", "more than one line")]
    [InlineData("schlüssel", "no HTTP header can carry")]
    public void A_file_that_holds_no_key_says_what_it_holds(string written, string problem)
    {
        var (secret, said) = SecretFile.ReadApiKey(Written(written));
        secret.ShouldBeNull();
        said.ShouldNotBeNull().ShouldContain(problem);
    }

    [Theory]
    [InlineData("whsec_")]
    [InlineData("whsec_!!!")]
    public void Behind_the_prefix_of_a_signing_secret_stands_base64(string written) => SecretFile.ReadWebhookKey(Written(written)).Problem.ShouldNotBeNull()
        .ShouldContain("base64");

    [Fact]
    public void A_signing_secret_without_the_prefix_is_its_letters() => SecretFile.ReadWebhookKey(Written("abc")).Key.ShouldBe("abc"u8.ToArray());

    [Fact]
    public void What_is_no_file_is_told_and_waited_for_by_nobody()
    {
        SecretFile.Read(_folder.File("missing")).Problem.ShouldNotBeNull().ShouldStartWith("is not there");
        SecretFile.Read(Written("x") + "/below").Problem.ShouldNotBeNull().ShouldStartWith("is not there");
        SecretFile.Read(_folder.Path).Problem.ShouldNotBeNull().ShouldStartWith("is a folder");
        SecretFile.Read("/dev/zero").Problem.ShouldNotBeNull().ShouldContain("no regular file");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [_folder.File("pipe")]))
            made.WaitForExit();
        SecretFile.Read(_folder.File("pipe")).Problem.ShouldNotBeNull().ShouldContain("no regular file");
        File.WriteAllBytes(_folder.File("bytes"), [0xff, 0xfe, 0xfd]);
        SecretFile.Read(_folder.File("bytes")).Problem.ShouldNotBeNull().ShouldContain("no UTF-8 text");
        SecretFile.Read(Written(new string('x', 70_000))).Problem.ShouldNotBeNull().ShouldContain("longer than the allowed 65536 bytes");
    }

    [Fact]
    public void Root_takes_no_secret_from_where_a_link_of_another_user_leads()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, who could be led");
        Directory.CreateDirectory(_folder.File("his"));
        File.CreateSymbolicLink(_folder.File("his/key"), Written("root's"));
        Ownership.Give(_folder.File("his/key"));
        Ownership.Give(_folder.File("his"));
        SecretFile.Read(_folder.File("his/key")).Problem.ShouldNotBeNull().ShouldContain("is not read by root");
        File.Delete(_folder.File("his/key"));
        File.WriteAllText(_folder.File("his/key"), "his own");
        Ownership.Give(_folder.File("his/key"));
        SecretFile.Read(_folder.File("his/key")).ShouldBe(("his own", null));
    }

    public void Dispose() => _folder.Dispose();

    private string Written(string text)
    {
        File.WriteAllText(_folder.File("secret"), text);
        return _folder.File("secret");
    }
}
