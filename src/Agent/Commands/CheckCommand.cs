using System.CommandLine;
using System.Text.Json;
using Agent.Commands.Syntax;
using Agent.Configuration;
using Agent.Configuration.Host;
using Agent.Domain;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Reports;
using Agent.Screens;
using Agent.Supervision;

namespace Agent.Commands;

/// <summary>Every probe once, with verdicts and next steps. Needs no daemon and changes nothing.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var output = CommandLineParts.Output();
        var command = CommandLineParts.Command(
            "check",
            "Look at everything once and say what is wrong and what to do. Exit code 0: healthy; 3: something is faulty; 5: nothing faulty, but something "
                + "could not be looked at.",
            "check",
            "check --output json");
        command.Options.Add(output);
        command.SetAction(CommandLineParts.WithSettings((settings, parse, cancellation) => RunAsync(settings, parse.GetValue(output), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(AgentSettings settings, OutputFormat format, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        var parts = Composition.Parts(settings, keeps: false, clock);
        foreach (var engine in parts.Engines)
            await engine.Handle.AdoptAsync(keeps: false, cancellation);
        // The probes run side by side, except npu-smi, of which one runs at a time.
        var looks = await Task.WhenAll(parts.Probes.Select(p => p.LookAsync(clock, cancellation)));
        List<Observation> seen = [.. looks.SelectMany(l => l.Observations)];
        seen.AddRange(new EngineVerdicts(settings, parts.Engines, parts.Gate).Once(seen));
        if (format == OutputFormat.Json)
            Console.WriteLine(JsonSerializer.Serialize([.. seen.Select(o => ObservationDocument.Of(o, clock.GetUtcNow()))],
                DocumentJson.Readable.ObservationDocumentArray));
        else
            Print(Screen.Here(), seen, settings, new HostLayout([.. parts.Engines.Select(e => e.OnChips)], parts.Chips.Expected, parts.Chips.ResetScope),
                clock.GetUtcNow());

        return seen.Exists(o => o.Verdict == Verdict.Faulty) ? ExitCodes.Faulty
            : seen.Exists(o => o.Verdict == Verdict.CouldNotLook) ? ExitCodes.CouldNotLook
            : ExitCodes.Ok;
    }

    private static void Print(Screen screen, List<Observation> seen, AgentSettings settings, HostLayout layout, DateTimeOffset now)
    {
        var chinese = settings.Language == Language.Chinese;
        var rows = ObservationRows.Of(seen.Select(o => ObservationDocument.Of(o, now)), settings.Language);
        screen.Table(ObservationRows.Header(settings.Language), rows);
        if (ContainerLimits.Here(settings) is { } limits)
            screen.Line($"\n{limits}");
        var steps = CheckSteps.Of([.. seen.Where(o => o.Verdict != Verdict.Healthy)], layout, settings.Language);
        if (steps.Count > 0)
            screen.Line((chinese ? "\n下一步：\n  " : "\nNext steps:\n  ") + string.Join("\n  ", steps));
        screen.Line(chinese
            ? $"\n{seen.Count(o => o.Verdict == Verdict.Healthy)} 正常，{seen.Count(o => o.Verdict == Verdict.Faulty)} "
                + $"故障，{seen.Count(o => o.Verdict == Verdict.CouldNotLook)} 无法检查（配置：{settings.Vendor.Profile}，{settings.Vendor.ProfileReason}）"
            : $"\n{seen.Count(o => o.Verdict == Verdict.Healthy)} healthy, {seen.Count(o => o.Verdict == Verdict.Faulty)} faulty, "
                + $"{seen.Count(o => o.Verdict == Verdict.CouldNotLook)} could not be looked at (profile {settings.Vendor.Profile}, "
                + $"{settings.Vendor.ProfileReason})");
    }
}
