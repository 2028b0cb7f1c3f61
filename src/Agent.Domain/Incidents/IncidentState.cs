namespace Agent.Domain.Incidents;

/// <summary>
/// The life of an incident:
/// <code>
/// from          event              to
/// -             Suspected          Suspected
/// Suspected     Dismissed          Dismissed    (ended)
/// Suspected     Confirmed          Confirmed
/// Confirmed     RecoveryPlanned    Recovering
/// Recovering    RecoveryEnded ok   Verifying
/// Recovering    RecoveryEnded not  Confirmed
/// Recovering    Interrupted        Interrupted  (the agent stopped in the middle)
/// Interrupted   RecoveryPlanned    Recovering
/// Verifying     VerificationFailed Confirmed
/// any open      HandedOver         HandedOver
/// any open      Resolved           Resolved     (ended)
/// </code>
/// </summary>
public enum IncidentState
{
    Suspected,
    Confirmed,
    Recovering,
    Interrupted,
    Verifying,
    HandedOver,
    Resolved,
    Dismissed,
}
