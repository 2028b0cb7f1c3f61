using System.CommandLine;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.ForeignText;
using Agent.Notifications;
using Agent.Screens;
using Agent.Storage;
using Agent.Web;

namespace Agent.Commands.Notify;

/// <summary>The messages of the agent: whether they arrive, what they look like, what waits, what was given up.</summary>
internal static class NotifyCommand
{
    public static Command Create()
    {
        var command = CommandLineParts.Command(
            "notify",
            "Messages to people and alerting systems: try them, look at them, send them again.",
            "notify test oncall",
            "notify preview last oncall",
            "notify list",
            "notify retry --channel oncall");
        command.Subcommands.Add(Test());
        command.Subcommands.Add(Preview());
        command.Subcommands.Add(NotifyListCommand.Create());
        command.Subcommands.Add(Retry());
        return command;
    }

    private static Argument<string> Channel() =>
        new("channel") { Description = "The name of a receiver in the configuration.", HelpName = "channel", CompletionSources = { KnownWords.Channels } };

    private static Command Test()
    {
        var channel = Channel();
        var command = CommandLineParts.Command("test", "Send a test message now, and say what the receiver answered.", "notify test oncall");
        command.Arguments.Add(channel);
        command.SetAction(CommandLineParts.WithSettings(async (settings, parse, cancellation) =>
        {
            if (Find(settings, parse.GetRequiredValue(channel)) is not { } notifier)
                return ExitCodes.NotFound;
            var now = TimeProvider.System.GetUtcNow();
            var delivery = await notifier.SendAsync(new TestNotice($"test/{now.ToUnixTimeMilliseconds()}", now), cancellation);
            if (delivery.End == DeliveryEnd.Sent)
            {
                var some = delivery.Problem.Length == 0 ? "" : Composition.Gate(settings).Clean($"; not everybody got it: {delivery.Problem}");
                Screen.Here().Line($"'{notifier.Name}' took the test message{some}");
                return ExitCodes.Ok;
            }

            Console.Error.WriteLine(Composition.Gate(settings).Clean($"'{notifier.Name}' did not take the test message: {delivery.Problem}"));
            return ExitCodes.Failed;
        }));
        return command;
    }

    private static Command Preview()
    {
        var id = new Argument<string>("incident")
        {
            Description = "The incident's id, or `last`: the newest that was confirmed.",
            HelpName = "incident",
            CompletionSources = { KnownWords.Incidents },
        };
        var channel = Channel();
        var command = CommandLineParts.Command(
            "preview",
            "Print exactly what the receiver would be sent about an incident, with secrets masked. Sends nothing.",
            "notify preview last oncall", "notify preview 20261124-101530-123 mail");
        command.Arguments.Add(id);
        command.Arguments.Add(channel);
        command.SetAction(CommandLineParts.WithSettings((settings, parse, _) =>
            Task.FromResult(Preview(settings, parse.GetRequiredValue(id), parse.GetRequiredValue(channel)))));
        return command;
    }

    private static int Preview(AgentSettings settings, string id, string channel)
    {
        if (Find(settings, channel) is not { } notifier)
            return ExitCodes.NotFound;
        using var connection = Database.OpenReadOnly(settings.StateFolder);
        if (IncidentsCommand.Find(connection is null ? null : Composition.Told(connection, settings), id) is not { } history)
        {
            Console.Error.WriteLine($"{IncidentsCommand.NotFound(id)} in {settings.StateFolder}; see `npu-agent incidents list`");
            return ExitCodes.NotFound;
        }

        var incident = history.Incident;
        var kind = incident.State switch
        {
            IncidentState.Resolved => NoticeKind.Resolved,
            IncidentState.HandedOver => NoticeKind.HandedOver,
            _ => NoticeKind.Confirmed,
        };
        var notice = new IncidentNotice($"{incident.Id}/{kind}", TimeProvider.System.GetUtcNow())
        {
            Kind = kind,
            Incident = incident,
            Fault = IncidentsCommand.FaultOf(history),
            Events = history.Events,
            Lost = IncidentsCommand.LostIn(connection!, incident.Id),
        };
        Console.Out.Write(Printable.Lines(notifier.Preview(notice)));
        return ExitCodes.Ok;
    }

    private static Command Retry()
    {
        var channel = new Option<string?>("--channel")
        {
            Description = "Of one receiver; without it of all.",
            HelpName = "NAME",
            CompletionSources = { KnownWords.Channels },
        };
        var notice = new Option<string?>("--notice") { Description = "One notice, as `notify list` names it; without it all.", HelpName = "NOTICE" };
        var command = CommandLineParts.Command("retry", "Send again what was given up. The daemon does it.", "notify retry",
            "notify retry --channel oncall", "notify retry --notice 20261124-101530-123/confirmed");
        command.Options.Add(channel);
        command.Options.Add(notice);
        command.SetAction(CommandLineParts.WithDaemon((settings, parse, cancellation) => CommandLineParts.AskDaemonAsync(settings, client => client.PostAsync(
            "/notices/retry",
            new RetryRequest(parse.GetValue(channel), parse.GetValue(notice), ControlClient.ClaimedBy),
            ControlJson.Default.RetryRequest,
            cancellation))));
        return command;
    }

    private static INotifier? Find(AgentSettings settings, string channel)
    {
        if (settings.Notifiers.FirstOrDefault(n => n.Name == channel) is { } receiver)
        {
            var parts = NotifierParts.Of(settings, FaultCatalog.Default.With(settings.Faults), TimeProvider.System);
            return NotifierList.Of(PlugIns.Own.Notifiers, [receiver], parts)[0];
        }

        var names = settings.Notifiers.Count == 0 ? "none is configured below `notifications`"
            : $"there are: {string.Join(", ", settings.Notifiers.Select(n => n.Name))}";
        Console.Error.WriteLine($"no receiver '{channel}'; {names}");
        return null;
    }
}
