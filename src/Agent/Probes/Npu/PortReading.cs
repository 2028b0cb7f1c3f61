using Agent.Adapters.Hccn;

namespace Agent.Probes.Npu;

/// <summary>What hccn_tool said of one port in one look. Null: it did not say it.</summary>
/// <param name="Name">Empty for chips with one port.</param>
/// <param name="Problem">Why the link itself could not be read; that of the other questions is left out.</param>
internal sealed record PortReading(string Name, bool? Up, string? NetHealth, LinkHistory? History, OpticalModule? Module, HccnProblem? Problem)
{
    /// <summary>Lines that this agent does not know.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];

    public static async Task<PortReading> ReadAsync(HccnTool hccn, int device, HccnPort? port, CancellationToken cancellation)
    {
        var name = port is { } one ? $"port {one.Die}/{one.Number}" : "";
        // A 950 tells its link in its port information; what its own -link prints was never seen.
        var link = await hccn.GetAsync(device, port, port is null ? "link" : "port_info", cancellation);
        if (link.Text is not { } text)
            return new PortReading(name, null, null, null, null, link.Problem);

        List<string> unread = [.. text.Unread];
        var health = port is null ? await AskAsync("net_health") : null;
        var history = await AskAsync("link_stat");
        var module = await AskAsync("optical");
        return new PortReading(
            name,
            PortAnswers.LinkUp(text),
            health is null ? null : PortAnswers.NetHealth(health),
            history is null ? null : LinkHistory.Of(history),
            module is null ? null : OpticalModule.Of(module),
            null)
        { Unread = unread };

        async Task<HccnText?> AskAsync(string item)
        {
            var answer = await hccn.GetAsync(device, port, item, cancellation);
            unread.AddRange(answer.Text?.Unread ?? []);
            return answer.Text;
        }
    }
}
