using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>Every character that a terminal obeys or that misleads its reader, from an engine, from a client and from the database of an older agent.</summary>
public sealed class HostileTextTests
{
    // A line of its own in a terminal or a journal, a title, an empty screen; then each character by itself.
    private static readonly string Hostile = "\u001b]0;title\a\u001b[2J\n<0>a line that nobody wrote\r\u202egpj.exe" + string.Concat(Characters());

    // A line end ends a line of a log.
    private static readonly string HostileLine = Hostile.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);

    // One argument holds no NUL.
    private static readonly string HostileWord = Hostile.Replace("\0", "", StringComparison.Ordinal);

    // How each command is called; a new one needs a row here.
    private static readonly Dictionary<string, string[][]> Calls = new(StringComparer.Ordinal)
    {
        ["run"] = [[]],
        ["demo"] = [[HostileWord]],
        ["check"] = [[], ["--output", "json"]],
        ["status"] = [[], ["--output", "json"]],
        ["incidents list"] = [["--all"], ["--output", "json"]],
        ["incidents show"] = [["old-1"], ["old-1", "--output", "json"], ["last"], [HostileWord]],
        ["bundle create"] = [["--fast"]],
        ["bundle list"] = [[], ["--output", "json"]],
        ["report"] = [[], ["--format", "markdown"], ["--format", "html"], ["--since", HostileWord], ["--from", HostileWord],
            ["--language", "zh"], ["--output", "json"], ["--incident", "old-1", "--format", "markdown"],
            ["--incident", HostileWord]],
        ["maintenance on"] = [["--reason", HostileWord], ["--engine", HostileWord], ["--for", HostileWord]],
        ["maintenance status"] = [[], ["--output", "json"]],
        ["maintenance off"] = [[], ["--engine", HostileWord]],
        ["engine start"] = [["deepseek", "--reason", HostileWord], [HostileWord]],
        ["engine stop"] = [[HostileWord]],
        ["engine restart"] = [[HostileWord]],
        ["engine explain"] = [["deepseek"], ["deepseek", "--output", "json"], ["deepseek", "--command"], ["deepseek", "--command", "--output", "json"],
            [HostileWord]],
        ["engine adopt"] = [[HostileWord]],
        ["engine accept"] = [[HostileWord]],
        ["engine reference"] = [[HostileWord]],
        ["engine compare"] = [["deepseek", "http://127.0.0.1:1/" + HostileWord], [HostileWord, HostileWord]],
        ["engine bench"] = [[HostileWord]],
        ["engine exec"] = [[HostileWord]],
        ["notify list"] = [[], ["--output", "json"]],
        ["notify test"] = [["ding"], [HostileWord]],
        ["notify preview"] = [["old-1", "ding"], ["last", "slack"], [HostileWord, HostileWord]],
        ["notify retry"] = [["--channel", HostileWord], [HostileWord]],
        ["config validate"] = [[]],
        ["config show"] = [[]],
        ["faults"] = [[HostileWord]],
        ["as-root reset"] = [[HostileWord]],
        ["as-root collect"] = [[HostileWord]],
        ["as-root admit"] = [[HostileWord], ["deepseek"]],
        // With a name it would remove what this machine has in shared memory; EngineClearCommandTests has its texts.
        ["engine clear"] = [[]],
    };

    [Fact]
    public async Task Nothing_but_visible_characters_leaves_the_agent_or_any_command()
    {
        await using var host = await SimulatedHost.ServingAsync();
        await host.StopAgentAsync();
        await File.AppendAllTextAsync(host.Config, Chats(host.Receiver.Address), TestContext.Current.CancellationToken);
        WriteOldIncidents(Path.Combine(host.State, "npu-agent.db"));
        host.StartAgent();
        await host.WaitUntilServingAsync();
        var log = Directory.EnumerateFiles(Path.Combine(host.State, "engines", "deepseek"), "*.log").Single();
        // Said again at each look, as an engine does that goes on failing. This one goes on serving: a canary that is answered after the line was read
        // disproves it as a cause, and `engine explain` often comes after that.
        await host.UntilAsync("the line was read", async () =>
        {
            await File.AppendAllTextAsync(log,
                $"(EngineCore_DP0 pid=1) ERROR 11-24 10:00:00 [core.py:842] EngineCore encountered a fatal error: RuntimeError: NPU out of memory. Tried to "
                + $"allocate 2.00 GiB {HostileLine}\n");
            return (await host.RunAsync("engine", "explain", "deepseek")).Output.Contains("NPU out of memory", StringComparison.Ordinal);
        });
        (await AskAsync(host, "/maintenance",
            JsonSerializer.Serialize(new { subject = "engine:deepseek", minutes = 5, reason = Hostile, claimed_by = Hostile }))).ShouldNotBeEmpty();
        await AskAsync(host, "/maintenance", JsonSerializer.Serialize(new { subject = Hostile, minutes = 5, reason = "" }));

        List<string> wrong = [];
        foreach (var (command, arguments) in await CommandsAsync(host))
        {
            var result = await host.RunAsync([.. command.Split(' '), .. arguments]);
            Look($"{command} ({arguments.Length} arguments), output", result.Output);
            Look($"{command} ({arguments.Length} arguments), error", result.Error);
        }

        await host.UntilAsync("the receivers were told of the old incident",
            () => Task.FromResult(host.Receiver.Texts.Any(t => t.Contains("old-1", StringComparison.Ordinal))
                && host.Receiver.Sockets.Texts.Count(t => t.Contains("old-1", StringComparison.Ordinal)) >= 2));
        await host.UntilAsync("every chat was told of it", () => Task.FromResult(host.Receiver.Messages
            .Where(m => m.Text.Contains("old-1", StringComparison.Ordinal)).DistinctBy(m => m.Path, StringComparer.Ordinal).Count() == 4));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{host.ListenPort}") };
        foreach (var path in (string[])["/status", "/metrics", "/engines/deepseek", "/healthz", "/" + Uri.EscapeDataString(HostileWord)])
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Look(path[..Math.Min(path.Length, 20)], await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        foreach (var body in host.Receiver.Texts.Except(host.Receiver.Messages.Select(m => m.Text), StringComparer.Ordinal))
            Look("body of a receiver", body);
        // A message has lines, which are the agent's own.
        foreach (var (path, text) in host.Receiver.Messages)
            Look($"message, {path}", text);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(host.Folder, "log")))
            Look(file, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Look("standard output of the agent", host.AgentLog());
        host.AgentLog().Split('\n').ShouldNotContain(l => l.StartsWith("<0>", StringComparison.Ordinal));
        wrong.ShouldBeEmpty();

        void Look(string place, string text)
        {
            if (text.EnumerateRunes().Where(IsHidden).Distinct().ToList() is { Count: > 0 } found)
                wrong.Add($"{place}: {string.Join(' ', found.Take(10).Select(r => $"U+{r.Value:X4}"))}");
            // What JSON hides in a number comes out at the reader's. Settings are the owner's, prompts of several lines among them.
            if (!place.StartsWith("config show", StringComparison.Ordinal) && (text.StartsWith('{') || text.StartsWith('[')))
                LookInto(place, JsonDocument.Parse(text).RootElement);
        }

        void LookInto(string place, JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.String && element.GetString()!.EnumerateRunes()
                    .Any(r => IsHidden(r) || (r.Value == '\n' && !place.StartsWith("message", StringComparison.Ordinal))))
                wrong.Add($"{place}: a string in JSON: {element.GetRawText()[..Math.Min(100, element.GetRawText().Length)]}");
            foreach (var item in element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : Enumerable.Empty<JsonElement>())
                LookInto(place, item);
            foreach (var member in element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : Enumerable.Empty<JsonProperty>())
                LookInto($"{place}.{member.Name}", member.Value);
        }
    }

    // TestConfiguration ends with its receivers.
    private static string Chats(string address) => $$"""
          dingtalk: [ { name: ding, url: "{{address}}chats/robot/send?access_token=0123456789abcdef0" } ]
          wecom: [ { name: wecom, url: "{{address}}chats/webhook/send?key=0123456789abcdef1" } ]
          feishu: [ { name: feishu, url: "{{address}}chats/open-apis/bot/v2/hook/0123456789abcdef2" } ]
          slack: [ { name: slack, url: "{{address}}chats/slack/0123456789abcdef3" } ]

        """;

    private static async Task<IReadOnlyList<(string Command, string[] Arguments)>> CommandsAsync(SimulatedHost host)
    {
        var leaves = HelpTests.Leaves(await HelpTests.PagesAsync(host, [])).Concat(HelpTests.Hidden()).ToList();
        leaves.Where(l => !Calls.ContainsKey(l)).ShouldBeEmpty("each command has a row in Calls");
        return [.. leaves.SelectMany(l => Calls[l].Append([HostileWord, HostileWord, "--" + HostileWord]).Select(arguments => (l, arguments)))];
    }

    /// <summary>As an agent wrote them that let everything pass: an open one of which a receiver is to be told, and one that ended.</summary>
    private static void WriteOldIncidents(string path)
    {
        using var database = new SqliteConnection($"Data Source={path};Pooling=False");
        database.Open();
        var now = TimeProvider.System.GetUtcNow();
        var micros = now.ToUnixTimeMilliseconds() * 1000;
        (string Kind, object Body)[] events =
        [
            ("suspected", new { at = now, fault = "database-replaced", subject = "host", probe = "agent-database", summary = Hostile,
                evidence = new[] { Hostile }, identity = Hostile }),
            ("seen-again", new { at = now, summary = Hostile }),
            ("echo-seen", new { at = now, fault = "driver-down", subject = "driver", summary = Hostile }),
            ("confirmed", new { at = now, reason = Hostile }),
            ("recovery-planned", new { at = now, rung = "Engine", steps = new[] { "stop-engine engine:deepseek" }, reason = Hostile, blast_radius = Hostile }),
            ("step-ended", new { at = now, step = "stop-engine engine:deepseek", succeeded = false, detail = Hostile }),
            ("evidence-secured", new { at = now, bundle = Hostile, full = false }),
            ("recovery-ended", new { at = now, succeeded = false, reason = Hostile }),
            ("rung-raised", new { at = now, from = "Engine", to = "Chip", reason = Hostile }),
            ("held-back", new { at = now, reason = Hostile }),
            ("handed-over", new { at = now, reason = Hostile }),
        ];
        foreach (var (kind, body) in events)
            Run("INSERT INTO journal (at, kind, incident, body) VALUES ($at, $kind, 'old-1', $body)", ("$at", micros), ("$kind", kind),
                ("$body", JsonSerializer.Serialize(body)));
        Run("INSERT INTO incidents VALUES ('old-1', 'database-replaced', 'host', 'HandedOver', 1, $at, NULL, $summary)", ("$at", micros),
            ("$summary", Hostile));
        foreach (var notifier in (string[])["hook", "am", "mail", "log", "ding", "wecom", "feishu", "slack"])
            Run("INSERT INTO outbox (notifier, notice, incident, kind, created_at, due_at) VALUES ($notifier, 'old-1/handed-over', 'old-1', 'handed-over', "
                + "$at, $at)", ("$notifier", notifier), ("$at", micros));
        Run("INSERT INTO journal (at, kind, incident, body) VALUES ($at, 'maintenance', NULL, $body)", ("$at", micros),
            ("$body", JsonSerializer.Serialize(new { subject = "host", since = now, until = now.AddHours(1), by = Hostile, reason = Hostile })));

        void Run(string statement, params (string Name, object Value)[] values)
        {
            using var command = database.CreateCommand();
            command.CommandText = statement;
            foreach (var (name, value) in values)
                command.Parameters.AddWithValue(name, value);
            command.ExecuteNonQuery();
        }
    }

    private static async Task<string> AskAsync(SimulatedHost host, string path, string body)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(host.Folder, "agent.sock")), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri("http://npu-agent" + path), content);
        var text = await answer.Content.ReadAsStringAsync();
        JsonDocument.Parse(text).RootElement.GetProperty("text").GetString()!.EnumerateRunes().ShouldAllBe(r => !IsHidden(r));
        return text;
    }

    private static IEnumerable<string> Characters() =>
        Enumerable.Range(0, 0xE0200).Where(c => c is < 0xD800 or > 0xDFFF).Select(c => new Rune(c)).Where(IsHidden)
            .Where(r => r.Value is not (>= 0xE000 and <= 0xF8FF) || r.Value == 0xE000).Select(r => r.ToString());

    private static bool IsHidden(Rune rune) => rune.Value != '\n' && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse;
}
