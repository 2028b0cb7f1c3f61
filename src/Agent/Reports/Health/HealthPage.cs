using Agent.Domain;
using Agent.Domain.Incidents;

namespace Agent.Reports.Health;

/// <summary>A health report as a page: what needs a person first, then how the host did, then what may come.</summary>
internal sealed class HealthPage(HealthDocument document, Language language)
{
    private const int MostIncidents = 50;
    private readonly HealthWords _words = new(language, TimeSpan.FromMinutes(document.UtcOffsetMinutes));

    public static Page Of(HealthDocument document, Language language) => new HealthPage(document, language).Make();

    private Page Make() => new(
        language,
        _words.Of($"{Capital(HealthSummary.KindOf(document).English)}: {document.Host}", $"{HealthSummary.KindOf(document).Chinese}：{document.Host}"),
        _words.Of($"{_words.Time(document.From)} to {_words.Time(document.To)}, {Length}. Times are {_words.Zone}.",
            $"{_words.Time(document.From)} 至 {_words.Time(document.To)}（{Length}），时间为 {_words.Zone}。"),
        document.Verdict.State,
        _words.Of(document.Verdict.Text),
        [
            .. Persons(), .. Counts(), .. Availability(), .. Incidents(), .. Ladder(), .. new HealthComparison(document, _words).Blocks(),
            .. new HealthTrends(document, _words).Blocks(), .. Speed(), .. new HealthCoverage(document, _words).Blocks(),
            .. new ClaimText(document, _words).Blocks(),
        ],
        _words.Of($"Made by npu-agent on {document.Host} at {_words.Time(document.MadeAt)}. More of one incident: npu-agent report --incident last",
            $"由 npu-agent 于 {_words.Time(document.MadeAt)} 在 {document.Host} 生成。单个事件详情：npu-agent report --incident last"));

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private string Length => Durations.Text(document.To - document.From);

    private IEnumerable<Block> Persons()
    {
        if (document.NeedsPerson.Count == 0 && document.Claims.Count == 0)
            yield break;
        yield return new Heading(_words.Of("What needs a person", "需要人工处理"));
        yield return new Bullets(
        [
            .. document.NeedsPerson.Select(p => _words.Of(
                $"{p.Incident}, {_words.Subject(p.Subject)}: {p.Title.English} (since {_words.Time(p.Since)}). {p.ToDo.English}",
                $"{p.Incident}，{_words.Subject(p.Subject)}：{p.Title.Chinese}（自 {_words.Time(p.Since)}）。{p.ToDo.Chinese}")),
            .. document.Claims.Select(c => _words.Of(
                $"Chip {c.Chip} had {_words.Number(c.Incidents.Count)} faults of its hardware. Claim a replacement: the text stands at the end.",
                $"芯片 {c.Chip} 发生 {_words.Number(c.Incidents.Count)} 次硬件故障，建议申请更换，报修文本见文末。")),
        ]);
    }

    private IEnumerable<Block> Counts()
    {
        yield return new Heading(_words.Of("Figures", "概况"));
        var median = document.MedianSecondsToRecover is { } seconds ? $"{_words.Seconds(seconds)} (n={_words.Number(document.RecoveredByAgent)})" : "-";
        yield return new Figures(
        [
            (_words.Of("confirmed incidents", "已确认事件"), _words.Number(document.Confirmed)),
            (_words.Of("recovered by the agent", "由代理恢复"), _words.Number(document.RecoveredByAgent)),
            (_words.Of("mended by a person", "由人工修复"), _words.Number(document.MendedByPerson)),
            (_words.Of("went away by themselves", "自行消失"), _words.Number(document.WentAway)),
            (_words.Of("not over", "仍未结束"), _words.Number(document.NotOver)),
            (_words.Of("median time of the agent to recover", "代理恢复时间中位数"), median),
        ]);
        if (document.IncidentsLeftOut > 0)
        {
            var count = _words.Number(document.IncidentsLeftOut);
            yield return new Paragraph(_words.Of($"There were too many incidents for one report: {count} of this period and the one before, those that ended "
                + "first, are in no figure. Reports of shorter periods have them.",
                $"事件过多，无法全部列入一份报告：本周期与上一周期中最早结束的 {count} 个未计入，可查看较短周期的报告。"));
        }
    }

    private IEnumerable<Block> Availability()
    {
        yield return new Heading(_words.Of("Availability", "可用性"));
        if (document.Availability.Count == 0)
        {
            yield return new Paragraph(_words.Of("There is no record of whether engines served.", "没有引擎服务情况的记录。"));
            yield break;
        }

        // Chips that lost nothing are one line: on a host with sixteen of them nobody reads sixteen.
        var shown = document.Availability.Where(a => _words.IsEngine(a.Subject) || a.LostSeconds > 0).ToList();
        var others = document.Availability.Except(shown).ToList();
        if (shown.Count > 0)
        {
            yield return new Grid(
                [
                    _words.Of("subject", "对象"), _words.Of("available", "可用率"), _words.Of("objective", "目标"), _words.Of("lost", "中断"),
                    _words.Of("times", "次数"), _words.Of("planned", "计划内"), _words.Of("unknown", "未知"), _words.Of("budget left", "剩余预算"),
                ],
                [.. shown.Select(Row)]);
            if (shown.Exists(a => a.UnknownSeconds > 0))
                yield return new Paragraph(_words.Of("Unknown time counts neither as served nor as lost.", "未知时间既不计为可用，也不计为中断。"));
            if (shown.Where(a => _words.IsEngine(a.Subject) && a.SecondsToRecover is not null).Select(Times).ToList() is { Count: > 0 } times)
                yield return new Bullets(times);
        }

        if (others.Count > 0)
        {
            var count = others.Count == 1 ? _words.Of("1 chip lost no time", "1 个芯片没有中断") : _words.Of($"{_words.Number(others.Count)} chips lost no time",
                $"{_words.Number(others.Count)} 个芯片没有中断");
            var unknown = others.Max(a => a.UnknownSeconds);
            yield return new Paragraph(count + (unknown > 0 ? _words.Of($"; unknown: at most {_words.Seconds(unknown)}.", $"，未知时间最长 {_words.Seconds(unknown)}。")
                : _words.Of(".", "。")));
        }
    }

    private IReadOnlyList<string> Row(AvailabilityDocument row) =>
    [
        _words.Subject(row.Subject),
        Available(row),
        row.ErrorBudget is { } budget ? _words.Percent(budget.Objective) : "-",
        _words.Seconds(row.LostSeconds),
        _words.Number(row.Interruptions),
        _words.Seconds(row.PlannedSeconds),
        _words.Seconds(row.UnknownSeconds),
        row.ErrorBudget is { } left ? _words.Seconds(left.LeftSeconds) : "-",
    ];

    private string Times(AvailabilityDocument engine)
    {
        var over = engine.SecondsToRecover!;
        var (name, median, longest) = (engine.Subject[7..], _words.Seconds(over.Median), _words.Seconds(over.P90));
        var detected = engine.SecondsToDetect is { } detect
            ? _words.Of($", detected after {_words.Seconds(detect.Median)}", $"，确认 {_words.Seconds(detect.Median)}") : "";
        var between = engine.SecondsBetween is { } served
            ? _words.Of($", {_words.Seconds(served.Mean)} of service between two", $"，平均间隔 {_words.Seconds(served.Mean)}") : "";
        return _words.Of($"{name}: outages took {median} (median; 9 of 10 at most {longest}; n={over.N}){detected}{between}.",
            $"{name}：中断时长中位数 {median}（九成不超过 {longest}，n={over.N}）{detected}{between}。");
    }

    /// <summary>All of a little is not all: where much is not known, the known time stands beside the share.</summary>
    private string Available(AvailabilityDocument row)
    {
        var known = row.UpSeconds + row.LostSeconds;
        return row.UnknownSeconds > HealthVerdict.MostUnknown * (known + row.PlannedSeconds + row.UnknownSeconds) && known > 0
            ? _words.Of($"{_words.Percent(row.Availability)} of {_words.Seconds(known)}", $"{_words.Percent(row.Availability)}（已知 {_words.Seconds(known)}）")
            : _words.Percent(row.Availability);
    }

    private IEnumerable<Block> Incidents()
    {
        yield return new Heading(_words.Of("Incidents", "事件"));
        if (document.Incidents.Count == 0)
        {
            yield return new Paragraph(_words.Of("None was confirmed.", "没有已确认的事件。"));
            yield break;
        }

        yield return new Grid(
            [
                _words.Of("began", "开始"), _words.Of("incident", "事件"), _words.Of("detected", "确认"), _words.Of("acted", "处理"), _words.Of("over", "恢复"),
                _words.Of("lost service", "服务中断"),
            ],
            [.. document.Incidents.Zip(document.IncidentTimes).TakeLast(MostIncidents).Select(i => Row(i.First, i.Second))],
            Words: 2);
        yield return new Paragraph(_words.Of("Detected, acted and over are counted from the begin; over is when it was proven.",
            "确认、处理、恢复均从开始时刻计时；恢复以验证通过为准。"));
        yield return new Bullets([.. document.Incidents.Zip(document.IncidentTimes).TakeLast(MostIncidents).Select(i => Line(i.First, i.Second))]);
        if (document.Incidents.Count > MostIncidents)
            yield return new Paragraph(_words.Of($"These are the newest {_words.Number(MostIncidents)} of {_words.Number(document.Incidents.Count)}.",
                $"仅列出最近 {_words.Number(MostIncidents)} 个，共 {_words.Number(document.Incidents.Count)} 个。"));
    }

    private IReadOnlyList<string> Row(IncidentDocument incident, IncidentTimes times) =>
    [
        _words.Short(times.Began),
        _words.Of($"{_words.Subject(incident.Subject)}: {incident.Title}", $"{_words.Subject(incident.Subject)}：{incident.TitleZh}"),
        After(times.SecondsToConfirm),
        After(times.SecondsToAct),
        incident.Open ? _words.Of("not over", "未结束") : After(times.SecondsToVerify),
        times.LostSeconds > 0 ? _words.Seconds(times.LostSeconds) : "-",
    ];

    private string After(double? seconds) => seconds is { } time ? "+" + _words.Seconds(time) : "-";

    private string Line(IncidentDocument incident, IncidentTimes times)
    {
        List<string> parts = [$"{incident.Id} {incident.Fault} ({_words.Device(incident)})", _words.Sentence("seen: ", "现象：", incident.Summary)];
        parts.Add(incident.Open ? _words.Of($"state: {incident.State}", $"状态：{State(incident.State)}") : _words.Of(_words.Mender(incident.MendedBy)));
        if (times.RequestsAborted > 0)
            parts.Add(_words.Of($"requests aborted by the agent: {_words.Number(times.RequestsAborted)}", $"代理中止的请求：{_words.Number(times.RequestsAborted)}"));
        if (times.TokensNotServed is > 0 and var tokens)
            parts.Add(_words.Of($"about {_words.About(tokens)} tokens not served", $"约 {_words.About(tokens)} 个 token 未能生成"));
        if (incident is { Open: true, HeldBack: { Length: > 0 } held })
            parts.Add(_words.Sentence("held back: ", "暂不处理：", held));
        parts.AddRange(incident.Bundles.TakeLast(1).Select(b => _words.Sentence("evidence: ", "证据：", b)));
        return string.Join(_words.Of("; ", "；"), parts);
    }

    private string State(string state) => Words.Parse<IncidentState>(state) is { } known ? IncidentStates.Text(known).In(language) : state;

    private IEnumerable<Block> Ladder()
    {
        if (document.Ladder.Count == 0)
            yield break;
        yield return new Heading(_words.Of("What the agent tried", "代理的恢复操作"));
        yield return new Grid(
            [
                _words.Of("rung", "级别"), _words.Of("tried", "尝试"), _words.Of("recovered", "恢复成功"), _words.Of("under way", "进行中"),
                _words.Of("did not help", "未奏效"),
            ],
            [.. document.Ladder.Select(r => (IReadOnlyList<string>)
            [
                _words.Of(RungFigures.Text(r.Rung)), _words.Number(r.Tried), $"{_words.Number(r.Recovered)} ({_words.Percent((double)r.Recovered / r.Tried)})",
                _words.Number(r.UnderWay), _words.Number(r.Tried - r.Recovered - r.UnderWay),
            ])]);
    }

    private IEnumerable<Block> Speed()
    {
        if (document.Speed.Count == 0)
            yield break;
        yield return new Heading(_words.Of("Speed", "吞吐"));
        yield return new Bullets([.. document.Speed.Select(_words.Of)]);
    }
}
