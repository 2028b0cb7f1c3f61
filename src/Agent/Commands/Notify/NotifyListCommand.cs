using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters;
using Agent.Commands.Syntax;
using Agent.Domain;
using Agent.ForeignText;
using Agent.Screens;
using Agent.Storage;

namespace Agent.Commands.Notify;

/// <summary>A notice for one receiver, as scripts read it.</summary>
internal sealed record NoticeDocument(string Notice, string Channel, string State, DateTimeOffset At, long Tries, string Problem);

[JsonSerializable(typeof(NoticeDocument[]))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class NoticeJson : JsonSerializerContext;

/// <summary>Notices that wait or were given up, read from the database: works without a running daemon.</summary>
internal static class NotifyListCommand
{
    public static Command Create()
    {
        var output = CommandLineParts.Output();
        var all = new Option<bool>("--all") { Description = "Also what was sent, and what the receiver's own settings left out." };
        var command = CommandLineParts.Command("list", "List the notices that wait or were given up, the newest first.", "notify list",
            "notify list --all --output json");
        command.Options.Add(output);
        command.Options.Add(all);
        command.SetAction(CommandLineParts.WithSettings((settings, parse, _) =>
        {
            using var connection = Database.OpenReadOnly(settings.StateFolder);
            var gate = Composition.Gate(settings);
            List<NoticeDocument> found =
            [
                .. (connection is null ? [] : OutboxRows.Of(connection, parse.GetValue(all))).Select(r =>
                    new NoticeDocument(r.Notice, r.Notifier, r.State, Micros.Time(r.CreatedAt), r.Attempts, gate.Clean(r.Problem))),
            ];
            if (parse.GetValue(output) == OutputFormat.Json)
                Console.WriteLine(JsonSerializer.Serialize([.. found], Readable.NoticeDocumentArray));
            else
                Print(Screen.Here(), found, settings.Language);
            return Task.FromResult(ExitCodes.Ok);
        }));
        return command;
    }

    private static readonly NoticeJson Readable = new(JsonSpelling.Options(indented: true, new GateConverter(TextGate.OnlyPrintable)));

    internal static void Print(Screen screen, IReadOnlyList<NoticeDocument> found, Language language)
    {
        var chinese = language == Language.Chinese;
        if (found.Count == 0)
        {
            screen.Line(chinese ? "没有待发或已放弃的消息" : "no notice waits, and none was given up");
            return;
        }

        screen.Table(
            chinese ? ["消息", "渠道", "状态", "产生于", "次数", "问题"] : ["NOTICE", "CHANNEL", "STATE", "SINCE", "TRIES", "PROBLEM"],
            found.Select(n => (IReadOnlyList<string>)
            [
                n.Notice,
                n.Channel,
                n.State is OutboxState.Rejected or OutboxState.Expired ? Terminal.Red(StateText(n.State).In(language)) : StateText(n.State).In(language),
                $"{n.At:u}",
                $"{n.Tries}",
                n.Problem,
            ]));
    }

    private static LocalText StateText(string state) => state switch
    {
        OutboxState.Sent => new("sent", "已发送"),
        OutboxState.Rejected => new("rejected", "被拒收"),
        OutboxState.Expired => new("expired", "已过期"),
        OutboxState.Skipped => new("not wanted", "按设置不发"),
        _ => new("waiting", "待发"),
    };
}
