using Agent.ForeignText;
using CsCheck;

namespace Agent.Tests.ForeignText;

public sealed class TextGateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_line_is_redacted_made_printable_and_cut()
    {
        var line = "\u001b[31mAuthorization: Bearer hunter22hunter22\u001b[0m " + new string('x', 10_000);
        var clean = TextGate.OfPatterns.Clean(line, 500);
        clean.ShouldNotContain("hunter22");
        clean.ShouldStartWith(@"\u001b[31mAuthorization: ");
        clean.ShouldEndWith(" [cut]");
        clean.Length.ShouldBe(500);
    }

    [Fact]
    public void To_pass_twice_changes_nothing() =>
        Gen.Select(Gen.Char.Array[0, 300], Gen.Int[50, 200]).Sample((chars, bound) =>
        {
            var once = TextGate.OfPatterns.Clean($"token=abcdefgh {new string(chars)}", bound);
            once.Length.ShouldBeLessThanOrEqualTo(bound);
            TextGate.OfPatterns.Clean(once, bound).ShouldBe(once);
        });

    [Fact]
    public void A_secret_at_the_end_of_what_is_searched_is_not_torn() =>
        Gen.Int[0, 70_000].Sample(
            before => TextGate.OfPatterns.Clean($"{new string('x', before)} hf_{new string('a', 30)} {new string('y', 20_000)}", 80_000)
                .ShouldNotContain("hf_a"),
            iter: 50);

    [Fact]
    public void A_key_of_the_configuration_goes_in_every_form_and_so_does_the_one_that_replaced_it()
    {
        var file = _folder.File("key");
        File.WriteAllText(file, "first/key+ä\n");
        var gate = new TextGate(new KnownSecrets([file, _folder.File("absent"), _folder.Path], ["a-value-of-the-configuration"]), []);
        gate.Clean("said first/key+ä, first%2Fkey%2B%C3%A4, a-value-of-the-configuration").ShouldBe("said [redacted], [redacted], [redacted]");

        File.WriteAllText(file, "second-key");
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        gate.Clean("said second-key, and before first/key+ä").ShouldBe("said [redacted], and before [redacted]");
    }

    // A key file that holds a word of the agent must not make it lose an incident or an engine.
    [Fact]
    public void Names_by_which_the_agent_finds_things_again_stay()
    {
        var gate = new TextGate(new KnownSecrets([], ["engine"]), ["engine-exited"]);
        gate.Clean("engine-exited").ShouldBe("engine-exited");
        gate.Clean("the engine is gone").ShouldBe("the [redacted] is gone");
    }

    public void Dispose() => _folder.Dispose();
}
