using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Reports;
using Agent.Screens;

namespace Agent.Commands;

/// <summary>The sentences of `status`.</summary>
internal sealed class StatusText(StatusDocument status, Language language)
{
    private bool IsChinese => language == Language.Chinese;

    public string Head => IsChinese
        ? $"模式 {status.Mode}，配置档 {status.Profile}，{status.At:u}"
        : $"mode {status.Mode}, profile {status.Profile}, {status.At:u}";

    public string Of(EngineStatus engine)
    {
        var (name, chips) = (Terminal.Bold(engine.Name), string.Join(", ", engine.Chips));
        var life = engine.Life == "running"
            ? IsChinese
                ? $"{engine.Stage}（进程 {engine.ProcessId}，自 {engine.StartedAt:u} 起）"
                : $"{engine.Stage} (process {engine.ProcessId}, since {engine.StartedAt:u})"
            : engine.Wanted ? Ended(engine.Life) : IsChinese ? "按要求停止" : "stopped on request";
        var state = engine.Verdict?.StateIn(language);
        return IsChinese
            ? $"引擎 {name}：{(state is null ? "" : state + "，")}{life}，{engine.Address}，芯片 {chips}"
            : $"engine {name}:{(state is null ? "" : $" {state},")} {life}, {engine.Address} on chips {chips}";
    }

    public string Of(EngineStatus engine, EngineVerdictDocument judged) => $"  {judged.Reason} [{judged.RuleIn(language)}]{StaleMark(engine.Name)}";

    public string Of(OverdueDocument late)
    {
        var (since, allowed) = (Durations.Text(TimeSpan.FromSeconds(late.ForSeconds)), Durations.Text(TimeSpan.FromSeconds(late.AllowedSeconds)));
        return IsChinese
            ? $"{Terminal.Red("探针逾期")}：{late.Probe}（{late.Subject}）自 {late.Since:u} 起已 {since} 未查看，允许 {allowed}。"
                + "若持续如此，请重启代理：systemctl restart npu-agent。引擎不受影响"
            : $"{Terminal.Red("a probe is overdue")}: {late.Probe} of {late.Subject} has not looked since {late.Since:u}, for {since}; {allowed} are allowed. "
                + "If it stays so: systemctl restart npu-agent. Engines go on";
    }

    public string Of(OpenIncident incident)
    {
        var state = Words.Parse<IncidentState>(incident.State) is { } known ? IncidentStates.Text(known).In(language) : incident.State;
        var (id, held) = (Terminal.Red($"{(IsChinese ? "事件" : "incident")} {incident.Id}"), incident.HeldBack);
        return IsChinese
            ? $"{id}：{incident.Fault} ({incident.Subject})，{state}：{incident.Summary}{(held is null ? "" : $"\n  暂不处理：{held}")}"
            : $"{id}: {incident.Fault} ({incident.Subject}), {state}: {incident.Summary}{(held is null ? "" : $"\n  held back: {held}")}";
    }

    public string Of(MaintenanceDocument window) => IsChinese
        ? $"{window.Subject} 维护中，至 {window.Until:u}，由 {window.By} 设定：{window.Reason}"
        : $"maintenance of {window.Subject} until {window.Until:u} by {window.By}: {window.Reason}";

    public string Of(BudgetDocument budget)
    {
        var window = Durations.Text(TimeSpan.FromSeconds(budget.WindowSeconds));
        return IsChinese
            ? $"步骤 {budget.Step} 的预算：{window} 内允许 {budget.Attempts} 次，已用 {budget.Used.Count} 次"
            : $"budget of {budget.Step}: {budget.Used.Count} of {budget.Attempts} used in {window}";
    }

    /// <summary>A receiver that gets nothing, or got not everything; null for one that is well.</summary>
    public string? Of(ChannelDocument channel)
    {
        if (channel.FailingSince is { } since)
        {
            return IsChinese
                ? $"{Terminal.Red("消息无法送达")}：{channel.Name}，自 {since:u} 起，{channel.Waiting} 条待发：{channel.Problem}"
                : $"{Terminal.Red("no message reaches")} {channel.Name} since {since:u}, {channel.Waiting} waiting: {channel.Problem}";
        }

        return channel.Dead == 0 ? null : IsChinese
            ? $"{Terminal.Yellow("已放弃的消息")}：{channel.Name}，{channel.Dead} 条；见 npu-agent notify list"
            : $"{Terminal.Yellow("messages that were given up")}: {channel.Dead} to {channel.Name}; see npu-agent notify list";
    }

    public string Of(KeptDocument kept) => IsChinese
        ? $"磁盘占用：数据库 {Sizes.Text(kept.DatabaseBytes)}，证据包 {kept.Bundles} 个共 {Sizes.Text(kept.BundleBytes)}"
        : $"on disk: database {Sizes.Text(kept.DatabaseBytes)}, {kept.Bundles} {(kept.Bundles == 1 ? "bundle" : "bundles")} {Sizes.Text(kept.BundleBytes)}";

    public string OfJournal(string problem) => IsChinese
        ? $"{Terminal.Red("事件记录无法写入")}：{problem}"
        : $"{Terminal.Red("the journal cannot be written")}: {problem}";

    private string Ended(string life) => (IsChinese, life) switch
    {
        (true, "ended") => "已结束",
        (true, "stopped") => "未启动",
        _ => life,
    };

    /// <summary>The verdict on an engine is as old as the last look of the probe that gives it.</summary>
    private string StaleMark(string engine)
    {
        var subject = Subject.Engine(engine).ToString();
        if (status.Observations.FirstOrDefault(o => o.Probe == "engine-verdict" && o.Subject == subject) is not { Stale: true } judged)
            return "";
        var age = Durations.Text(TimeSpan.FromSeconds(judged.AgeSeconds));
        return IsChinese ? Terminal.Yellow($"（已过期，{age} 前判定）") : " " + Terminal.Yellow($"({ObservationDocument.StaleWord}, judged {age} ago)");
    }
}
