using Agent.Commands.Engine;

namespace Agent.Tests.Commands;

public sealed class EngineClearCommandTests
{
    [Theory]
    [InlineData("psm_a\n<0>the host goes down now", "<7>removed psm_a\\n<0>the host goes down now")]
    [InlineData("psm_a\r\n<2>x", "<7>removed psm_a\\r\\n<2>x")]
    [InlineData("sem.\u001b]0;title\a\u202e", "<7>removed sem.\\u001b]0;title\\u0007\\u202e")]
    [InlineData("psm_a\u2028<0>x", "<7>removed psm_a\\u2028<0>x")]
    public void A_file_of_an_engine_is_one_line_in_the_journal_whatever_its_name(string name, string line) =>
        EngineClearCommand.Line($"removed {name}").ShouldBe(line);
}
