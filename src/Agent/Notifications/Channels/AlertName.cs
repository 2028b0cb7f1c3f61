using Agent.Domain.Faults;

namespace Agent.Notifications.Channels;

/// <summary>
/// The alertname of a fault: <c>NpuEngineHung</c> for engine-hung. One each, as codes are, so that routes, silences and inhibitions
/// can name what they mean; all alerts of agents have the label <c>source: npu-agent</c>.
/// </summary>
internal static class AlertName
{
    private const string First = "npu";

    public static string Of(Fault fault)
    {
        var words = fault.Code.Split('-');
        // Not NpuNpuSmiHangs.
        return string.Concat((words[0] == First ? words : [First, .. words]).Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
    }
}
