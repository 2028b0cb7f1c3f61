using System.Text;
using Agent.Adapters.Processes;
using Agent.Domain.Observations;
using Agent.Supervision;
using Agent.Web;

namespace Agent.Tests.Web;

/// <summary>What comes through the control socket is in its bounds, or is refused with the member, the bound and what was found.</summary>
public sealed class ControlRequestsTests
{
    private static readonly Caller Root = new(new SocketPeer(4711, 0, 0), "root", "npu-agent");

    [Theory]
    [InlineData("", "no JSON of at most 4 levels: line 1, byte 1")]
    [InlineData("nonsense", "no JSON")]
    [InlineData("{\"subject\":\"host\"", "no JSON")]
    [InlineData("{} {}", "no JSON")]
    [InlineData("{\"minutes\":1,}", "no JSON")]
    [InlineData("{/**/}", "no JSON")]
    [InlineData("{\"minutes\":NaN}", "no JSON")]
    [InlineData("[[[[[[[[]]]]]]]]", "no JSON of at most 4 levels")]
    [InlineData("[]", "the request is no JSON object: found []")]
    [InlineData("null", "the request is no JSON object: found null")]
    [InlineData("7", "the request is no JSON object: found 7")]
    [InlineData("{}", "member 'subject' is missing, expected a text of 1 to 200 characters")]
    [InlineData("{\"\\ud800\":1}", "half a character")]
    [InlineData("{\"subject\":\"host\",\"reason\":\"\"}", "member 'minutes' is missing, expected a number from 0 to 43200")]
    [InlineData("{\"subject\":\"host\",\"minutes\":1}", "member 'reason' is missing")]
    [InlineData("{\"subject\":\"host\",\"minutes\":1,\"reason\":\"\",\"by\":\"root\"}",
        "unknown member 'by'; known here: subject, minutes, reason, claimed_by")]
    [InlineData("{\"subject\":\"host\",\"minutes\":1,\"reason\":\"\",\"\\u001b]0;x\":1}", "unknown member '\\u001b]0;x'")]
    [InlineData("{\"subject\":\"host\",\"minutes\":1,\"Minutes\":2,\"reason\":\"\"}", "unknown member 'Minutes'")]
    [InlineData("{\"subject\":\"host\",\"minutes\":1,\"minutes\":2,\"reason\":\"\"}", "member 'minutes' comes twice")]
    [InlineData("{\"subject\":\"host\",\"minutes\":1,\"\\u006dinutes\":2,\"reason\":\"\"}", "member 'minutes' comes twice")]
    public void A_request_that_is_no_request_is_refused(string body, string problem) => Problem(body).ShouldContain(problem);

    [Theory]
    [InlineData("null", "member 'minutes': found null, expected a number from 0 to 43200")]
    [InlineData("\"60\"", "member 'minutes': found \"60\", expected a number from 0 to 43200")]
    [InlineData("1e300", "member 'minutes': 1e300 is out of range, allowed 0 to 43200")]
    [InlineData("1e999", "out of range, allowed 0 to 43200")]
    [InlineData("-1e999", "out of range, allowed 0 to 43200")]
    [InlineData("-1", "member 'minutes': -1 is out of range")]
    [InlineData("-1e-300", "out of range")]
    [InlineData("43200.1", "member 'minutes': 43200.1 is out of range")]
    [InlineData("true", "found true")]
    [InlineData("[1]", "found [1]")]
    [InlineData("{\"a\":1}", "found {\"a\":1}")]
    public void Minutes_are_a_number_of_at_most_a_month(string minutes, string problem) =>
        Problem($$"""{"subject":"host","minutes":{{minutes}},"reason":""}""").ShouldContain(problem);

    [Theory]
    [InlineData("\"\"", "member 'subject' has 0 characters, allowed 1 to 200")]
    [InlineData("null", "member 'subject': found null")]
    [InlineData("1", "member 'subject': found 1")]
    [InlineData("\"driver\"", "'driver' can have no maintenance; use host or engine:NAME")]
    [InlineData("\"chip:0/0\"", "'chip:0/0' can have no maintenance")]
    [InlineData("\"Host\"", "can have no maintenance")]
    [InlineData("\"0\"", "can have no maintenance")]
    [InlineData("\"engine:\"", "can have no maintenance")]
    [InlineData("\"engine:nobody\"", "no engine 'nobody'; there are: deepseek")]
    [InlineData("\"engine:deep\\u0000seek\"", "found \"engine:deep\\u0000seek\", allowed is one line")]
    public void A_subject_is_the_host_or_an_engine_of_it(string subject, string problem) =>
        Problem($$"""{"subject":{{subject}},"minutes":1,"reason":""}""").ShouldContain(problem);

    [Theory]
    [InlineData("\\u001b[2J", "member 'reason': found \"\\u001b[2J\", allowed is one line of visible characters")]
    [InlineData("a\\u0000b", "\\u0000")]
    [InlineData("a\\nb", "allowed is one line")]
    [InlineData("a\\tb", "allowed is one line")]
    [InlineData("a\\u202eb", "allowed is one line")]
    [InlineData("a\u202eb", "found \"a\\u202eb\", allowed is one line")]
    [InlineData("a\\u2028b", "allowed is one line")]
    [InlineData("a\\u009bb", "allowed is one line")]
    [InlineData("a\\udb40\\udc41b", "allowed is one line")]
    [InlineData("a\\ud800b", "member 'reason': found \"a\\ud800b\"")]
    public void A_reason_is_a_line_that_can_be_printed(string reason, string problem) =>
        Problem($$"""{"subject":"host","minutes":1,"reason":"{{reason}}"}""").ShouldContain(problem);

    [Fact]
    public void A_reason_is_short_and_a_message_stays_so()
    {
        Problem($$"""{"subject":"host","minutes":1,"reason":"{{new string('x', 501)}}"}""").ShouldBe("member 'reason' has 501 characters, allowed 0 to 500");
        Problem($$"""{"subject":"host","minutes":1,"reason":["{{new string('x', 5000)}}"]}""").Length.ShouldBeLessThan(200);
        Problem($$"""{"subject":"host","minutes":1,"reason":"","{{new string('x', 5000)}}":1}""").Length.ShouldBeLessThan(200);
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused() =>
        ControlRequests.Maintenance((byte[])[.. "{\"subject\":\""u8, 0xc3, 0x28, .. "\",\"minutes\":1,\"reason\":\"\"}"u8],
            ["deepseek"]).Refused!.Text.ShouldBe("the request is no UTF-8 text");

    [Theory]
    [InlineData("\"99\"", "member 'verb': found \"99\", allowed: start, stop, restart")]
    [InlineData("\"0\"", "found \"0\"")]
    [InlineData("\"-1\"", "found \"-1\"")]
    [InlineData("\" 1\"", "found")]
    [InlineData("\"start,stop\"", "found")]
    [InlineData("\"Start\"", "found \"Start\"")]
    [InlineData("\" start\"", "found \" start\"")]
    [InlineData("1", "found 1")]
    [InlineData("null", "found null")]
    [InlineData("\"\\ud800\"", "found")]
    public void A_verb_is_a_word_and_never_a_number(string verb, string problem) =>
        EngineProblem($$"""{"verb":{{verb}},"reason":""}""").ShouldContain(problem);

    [Fact]
    public void A_change_of_an_engine_is_as_strict()
    {
        EngineProblem("{}").ShouldBe("member 'verb' is missing, expected one of start, stop, restart, adopt");
        EngineProblem("""{"verb":"stop","reason":"","by":""}""").ShouldContain("unknown member 'by'");
        var nobody = ControlRequests.Engine("{\"verb\":\"stop\",\"reason\":\"\"}"u8.ToArray(), "\u001b]0;x\u202e", ["deepseek"]).Refused!;
        (nobody.Status, nobody.Text).ShouldBe((404, "no engine '\\u001b]0;x\\u202e'; there are: deepseek"));
    }

    [Fact]
    public void What_is_asked_for_carries_who_asked()
    {
        Command("""{"subject":"engine:deepseek","minutes":0.5,"reason":"new fan \ud83d\ude00 \u98ce\u6247"}""")
            .ShouldBe(new SetMaintenance("root (uid 0, gid 0, pid 4711 'npu-agent')", Subject.Engine("deepseek"), TimeSpan.FromSeconds(30),
                "new fan \ud83d\ude00 \u98ce\u6247"));
        Command("""{"subject":"host","minutes":0,"reason":"","claimed_by":"alice"}""")
            .ShouldBe(new EndMaintenance("root (uid 0, gid 0, pid 4711 'npu-agent', says for alice)", Subject.Host));
        ControlRequests.Engine("{\"verb\":\"restart\",\"reason\":\"\"}"u8.ToArray(), "deepseek", ["deepseek"]).Command!(Root)
            .ShouldBe(new ChangeEngine("root (uid 0, gid 0, pid 4711 'npu-agent')", "deepseek", EngineVerb.Restart, ""));
    }

    private static OperatorCommand Command(string body) => ControlRequests.Maintenance(Encoding.UTF8.GetBytes(body), ["deepseek"]).Command!(Root);

    private static string Problem(string body) => Problem(ControlRequests.Maintenance(Encoding.UTF8.GetBytes(body), ["deepseek"]));

    private static string EngineProblem(string body) => Problem(ControlRequests.Engine(Encoding.UTF8.GetBytes(body), "deepseek", ["deepseek"]));

    private static string Problem(ControlRequest request)
    {
        request.Command.ShouldBeNull();
        request.Refused!.Status.ShouldBeOneOf(400, 404);
        return request.Refused.Text;
    }
}
