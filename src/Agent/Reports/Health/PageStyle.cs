namespace Agent.Reports.Health;

/// <summary>How a page looks: by light and by dark, narrow and wide, and on paper.</summary>
internal static class PageStyle
{
    public static string Text { get; } = """
        :root { color-scheme: light dark; --bg: #fff; --fg: #1b1f24; --dim: #5b6470; --line: #d9dee4; --card: #f6f8fa; --ink: #0b62c4; --band: #0b62c426;
          --good: #176f2c; --good-bg: #e6f5ea; --warn: #8a5300; --warn-bg: #fdf1dc; --bad: #a8171f; --bad-bg: #fdeaea; }
        @media (prefers-color-scheme: dark) { :root { --bg: #14171b; --fg: #e4e8ec; --dim: #9aa4af; --line: #343b43; --card: #1d2228; --ink: #6cb0ff;
          --band: #6cb0ff30; --good: #7fd694; --good-bg: #14301c; --warn: #f0c069; --warn-bg: #382a10; --bad: #ff9a9a; --bad-bg: #3d1719; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 60rem; background: var(--bg); color: var(--fg);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif; }
        h1 { font-size: 1.45rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.05rem; margin: 2rem 0 .6rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); break-after: avoid; }
        .sub, .note, footer { color: var(--dim); }
        .sub { margin: .25rem 0 1rem; }
        .note { margin: .5rem 0; }
        .verdict { margin: 0; padding: .8rem 1rem; border-left: 5px solid; border-radius: 4px; font-size: 1.1rem; font-weight: 600; }
        .good { color: var(--good); background: var(--good-bg); }
        .attention, .unknown { color: var(--warn); background: var(--warn-bg); }
        .bad { color: var(--bad); background: var(--bad-bg); }
        ul { margin: .4rem 0; padding-left: 1.2rem; }
        li { margin: .3rem 0; overflow-wrap: anywhere; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .6rem; margin: 0; }
        .figures div { display: flex; flex-direction: column-reverse; justify-content: space-between; padding: .6rem .7rem; background: var(--card);
          border-radius: 6px; }
        .figures dt { color: var(--dim); font-size: .8rem; line-height: 1.3; }
        .figures dd { margin: 0 0 .2rem; font-size: 1.15rem; font-weight: 600; white-space: nowrap; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; }
        th, td { padding: .35rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
        th { color: var(--dim); font-weight: 600; white-space: nowrap; }
        td:first-child, .n { white-space: nowrap; }
        td:nth-child(2):not(.n) { min-width: 11rem; }
        .n { text-align: right; font-variant-numeric: tabular-nums; }
        .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: 1rem; margin: .6rem 0 1rem; }
        figure { margin: 0; display: flex; flex-direction: column-reverse; justify-content: flex-end; break-inside: avoid; }
        figcaption { font-size: .85rem; font-weight: 600; margin-bottom: .2rem; }
        svg { display: block; width: 100%; height: auto; }
        svg text { font-size: 10px; fill: var(--dim); }
        svg .axis { stroke: var(--line); }
        svg .line { fill: none; stroke: var(--ink); stroke-width: 1.5; stroke-linejoin: round; stroke-linecap: round; }
        svg .band { fill: var(--band); }
        pre { margin: .6rem 0; padding: .8rem; background: var(--card); border-radius: 6px; font-size: .85rem; white-space: pre-wrap;
          overflow-wrap: anywhere; }
        footer { margin-top: 2.5rem; padding-top: .6rem; border-top: 1px solid var(--line); font-size: .85rem; overflow-wrap: anywhere; }
        @media print { :root { color-scheme: light; --bg: #fff; --fg: #000; --dim: #444; --line: #bbb; --card: #f4f4f4; --ink: #0b4fa0; --band: #0b4fa026;
          --good: #0d5a20; --good-bg: #fff; --warn: #704300; --warn-bg: #fff; --bad: #900; --bad-bg: #fff; }
          @page { margin: 15mm; } body { max-width: none; padding: 0; font-size: 10pt; } h2 { margin-top: 1.2rem; } tr, pre, .figures div { break-inside: avoid; }
          .verdict { border: 1px solid; border-left-width: 5px; } .charts { grid-template-columns: repeat(3, 1fr); } .wide { overflow: visible; } }
        """;
}
