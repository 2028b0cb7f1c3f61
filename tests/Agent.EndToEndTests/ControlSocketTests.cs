using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>Whatever is sent to the control socket is done as it was meant, or refused with a sentence; and the kernel says who sent it.</summary>
public sealed class ControlSocketTests(ListeningHost listening) : IClassFixture<ListeningHost>
{
    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const string Json = "Content-Type: application/json\r\n";

    [Theory]
    [InlineData("/maintenance", "{}", 400, "member 'subject' is missing")]
    [InlineData("/maintenance", "", 400, "no JSON")]
    [InlineData("/maintenance", "not json", 400, "no JSON")]
    [InlineData("/maintenance", "[[[[[[[[[[[[]]]]]]]]]]]]", 400, "at most 4 levels")]
    [InlineData("/maintenance", "{\"subject\":\"\u00c3(\",\"minutes\":1,\"reason\":\"\"}", 400, "no UTF-8 text")]
    [InlineData("/maintenance", "{\"subject\":\"host\",\"minutes\":1e300,\"reason\":\"\"}", 400, "1e300 is out of range, allowed 0 to 43200")]
    [InlineData("/maintenance", "{\"subject\":\"host\",\"minutes\":60,\"reason\":null}", 400, "member 'reason': found null")]
    [InlineData("/maintenance", "{\"subject\":\"host\",\"minutes\":60,\"reason\":\"\",\"by\":\"root\"}", 400, "unknown member 'by'")]
    [InlineData("/maintenance", "{\"subject\":\"engine:x\",\"minutes\":60,\"reason\":\"\"}", 404, "no engine 'x'; there are: deepseek")]
    [InlineData("/engines/deepseek", "{}", 400, "member 'verb' is missing")]
    [InlineData("/engines/deepseek", "{\"verb\":\"99\",\"reason\":\"\"}", 400, "found \"99\", allowed: start, stop, restart")]
    [InlineData("/engines/deepseek", "{\"verb\":\"0\",\"reason\":\"\"}", 400, "allowed: start, stop, restart")]
    [InlineData("/engines/deepseek", "{\"verb\":0,\"reason\":\"\"}", 400, "allowed: start, stop, restart")]
    [InlineData("/engines/nobody", "{\"verb\":\"stop\",\"reason\":\"\"}", 404, "no engine 'nobody'; there are: deepseek")]
    [InlineData("/engines/%1B%5D0;x", "{\"verb\":\"stop\",\"reason\":\"\"}", 404, "no engine '\\u001b]0;x'")]
    [InlineData("/nothing", "{}", 404, "there are /metrics")]
    [InlineData("/status", "{}", 405, "this path takes other methods")]
    public async Task A_wrong_request_is_refused_with_a_sentence_and_nothing_is_done(string path, string body, int status, string text)
    {
        Answer(await PostAsync(path, $"{Json}Content-Length: {body.Length}\r\n", body), status, text);
        Answer(await PostAsync(path, $"{Json}Transfer-Encoding: chunked\r\n", Chunked(body)), status, text);
        listening.Host.Calls().ShouldNotContain(c => c.StartsWith("vllm serve", StringComparison.Ordinal));
        (await listening.Host.RunAsync("maintenance", "status")).Output.ShouldBe("no maintenance\n");
        listening.Host.AgentLog().ShouldNotContain("ERR");
    }

    [Theory]
    [InlineData("", 415)]
    [InlineData("Content-Type: text/plain\r\n", 415)]
    [InlineData("Content-Type: application/x-www-form-urlencoded\r\n", 415)]
    [InlineData("Content-Type: application/json; charset=utf-16\r\n", 415)]
    public async Task A_body_that_does_not_say_JSON_is_refused(string type, int status) =>
        Answer(await PostAsync("/maintenance", type + "Content-Length: 2\r\n", "{}"), status, "expected Content-Type: application/json in UTF-8");

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        var body = $$"""{"subject":"host","minutes":1,"reason":"{{new string('x', 70_000)}}"}""";
        Answer(await PostAsync("/maintenance", $"{Json}Content-Length: {body.Length}\r\n", body), 413, "more than the 65536 bytes that are allowed");
        Answer(await PostAsync("/maintenance", $"{Json}Transfer-Encoding: chunked\r\n", Chunked(body)), 413, "more than the 65536 bytes that are allowed");
        Answer(await PostAsync("/maintenance", $"{Json}Content-Length: 99999999999\r\n", ""), 413, "more than the 65536 bytes that are allowed");
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        Answer(await PostAsync("/maintenance", $"{Json}Content-Length: 100\r\n", "{"), 408, "");
        (await PostAsync("/maintenance", $"{Json}Transfer-Encoding: chunked\r\n", "zz\r\n")).ShouldContain(" 400 ");
    }

    [Fact]
    public async Task Maintenance_is_by_whom_the_kernel_says()
    {
        var body = """{"subject":"engine:deepseek","minutes":1,"reason":"fan","claimed_by":"alice"}""";
        Answer(await PostAsync("/maintenance", $"{Json}Content-Length: {body.Length}\r\n", body), 200, "maintenance of engine:deepseek until");
        await ByAsync("engine:deepseek", $"{Environment.UserName} (uid {Id("-u")}, gid {Id("-g")}, pid {Environment.ProcessId} '", ", says for alice)");
        (await listening.Host.RunAsync("maintenance", "off", "--engine", "deepseek")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_user_of_the_group_is_named_by_the_kernel_whatever_he_says()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, who can be another user");
        File.SetUnixFileMode(listening.Host.Folder, File.GetUnixFileMode(listening.Host.Folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var body = """{"subject":"engine:deepseek","minutes":1,"reason":"","claimed_by":"root"}""";
        var socket = Path.Combine(listening.Host.Folder, "agent.sock");
        string[] curl = ["curl", "-sS", "--unix-socket", socket, "-H", "Content-Type: application/json", "-d", body, "http://npu-agent/maintenance"];
        // The socket's group is root's here.
        (await ToolAsync("setpriv", ["--reuid=65534", "--regid=0", "--clear-groups", "--", .. curl])).ShouldContain("\"accepted\":true");
        await ByAsync("engine:deepseek", "nobody (uid 65534, gid 0, pid ", " 'curl', says for root)");
        (await ToolAsync("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "--", .. curl])).ShouldNotContain("accepted");
        (await listening.Host.RunAsync("maintenance", "off", "--engine", "deepseek")).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("umask 0")]
    [InlineData("umask 077")]
    public async Task At_no_moment_of_a_start_is_the_socket_open_to_others(string umask)
    {
        await using var host = await SimulatedHost.UpAsync(change: yaml => "mode: observe\n" + yaml);
        var socket = Path.Combine(host.Folder, "agent.sock");
        using var started = new CancellationTokenSource();
        var watch = Task.Run(() => Modes(socket, started.Token));
        host.StartAgent(umask);
        await host.UntilAsync("the daemon answers", async () => (await host.RunAsync("maintenance", "status")).ExitCode == 0);
        await started.CancelAsync();
        var modes = await watch;
        modes.ShouldContain(OwnerAndGroup);
        modes.ShouldAllBe(m => (m & ~OwnerAndGroup) == UnixFileMode.None);
    }

    [Fact]
    public async Task A_folder_that_others_may_write_is_no_place_for_the_socket()
    {
        await using var host = await SimulatedHost.UpAsync();
        var open = Path.Combine(host.Folder, "open");
        Directory.CreateDirectory(open);
        File.SetUnixFileMode(open, File.GetUnixFileMode(open) | UnixFileMode.OtherWrite | UnixFileMode.StickyBit);
        File.WriteAllText(host.Config, File.ReadAllText(host.Config).Replace($"{host.Folder}/agent.sock", $"{open}/agent.sock", StringComparison.Ordinal));
        var result = await host.RunAsync("run");
        result.ExitCode.ShouldBe(6);
        result.Error.ShouldContain($"control_socket {open}");
        result.Error.ShouldContain($"{open} may be written by others");
    }

    private static HashSet<UnixFileMode> Modes(string path, CancellationToken end)
    {
        HashSet<UnixFileMode> seen = [];
        while (!end.IsCancellationRequested)
        {
            try
            {
                seen.Add(File.GetUnixFileMode(path));
            }
            catch (FileNotFoundException)
            {
                // Not yet.
            }
        }

        return seen;
    }

    private static string Chunked(string body) => (body.Length == 0 ? "" : $"{body.Length:x}\r\n{body}\r\n") + "0\r\n\r\n";

    private static void Answer(string answer, int status, string text)
    {
        int.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture).ShouldBe(status, answer);
        answer.ShouldContain("\"accepted\":" + (status == 200 ? "true" : "false"));
        JsonNode.Parse(answer.Split("\r\n\r\n", 2)[1])!["text"]!.GetValue<string>().ShouldContain(text);
    }

    private static string Id(string what) => ToolAsync("id", [what]).GetAwaiter().GetResult().Trim();

    private static async Task<string> ToolAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said;
    }

    private Task<string> PostAsync(string path, string headers, string body) =>
        RawConnection.AskAsync(listening.Control, $"POST {path} HTTP/1.1\r\nHost: npu-agent\r\nConnection: close\r\n{headers}\r\n{body}");

    private async Task ByAsync(string subject, string beginning, string end)
    {
        var windows = JsonNode.Parse((await listening.Host.RunAsync("maintenance", "status", "--output", "json")).Output)!.AsArray();
        var by = (string)windows.Single(w => (string?)w!["subject"] == subject)!["by"]!;
        by.ShouldStartWith(beginning);
        by.ShouldEndWith(end);
        await listening.Host.UntilAsync("the log says it, too",
            () => Task.FromResult(listening.Host.AgentLog().Contains($"{by} asks for maintenance of {subject}", StringComparison.Ordinal)));
    }
}
