using Agent.Adapters.Processes;

namespace Agent.Tests.Adapters;

/// <summary>Against the rules of the C runtime (Microsoft, "Parsing C command-line arguments").</summary>
public sealed class WindowsCommandLineTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "\"\"")]
    [InlineData("two words", "\"two words\"")]
    [InlineData("a\ttab", "\"a\ttab\"")]
    [InlineData(@"C:\models\R1", @"C:\models\R1")]
    [InlineData(@"C:\Program Files\", @"""C:\Program Files\\""")]
    [InlineData("{\"a\": 1}", "\"{\\\"a\\\": 1}\"")]
    [InlineData("back\\\"slash", "\"back\\\\\\\"slash\"")]
    [InlineData(@"two words\\", @"""two words\\\\""")]
    public void A_word_reaches_the_program_as_it_is(string word, string written) =>
        WindowsCommandLine.Of(new CommandLine("vllm.exe", [word])).ShouldBe($"vllm.exe {written}");

    [Fact]
    public void The_program_is_quoted_as_its_words_are() =>
        WindowsCommandLine.Of(new CommandLine(@"C:\Program Files\vllm.exe", ["serve", "--port", "8000"])).ShouldBe(@"""C:\Program Files\vllm.exe"" serve --port 8000");
}
