namespace Agent.Domain.Incidents;

/// <summary>Words for people for the states of an incident. Scripts and the English texts read <see cref="Words"/>.</summary>
public static class IncidentStates
{
    public static LocalText Text(IncidentState state) => new(Words.Of(state), state switch
    {
        IncidentState.Suspected => "疑似",
        IncidentState.Confirmed => "已确认",
        IncidentState.Recovering => "恢复中",
        IncidentState.Interrupted => "恢复被中断",
        IncidentState.Verifying => "验证中",
        IncidentState.HandedOver => "已移交人工",
        IncidentState.Resolved => "已解决",
        IncidentState.Dismissed => "已排除",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no such state"),
    });
}
