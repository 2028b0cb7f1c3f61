using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Supervision;

/// <summary>
/// The windows in which the agent touches nothing: those that operators set, one a subject, and those of changes of engines that are
/// under way. A window of a change ends with its change and with nothing else, however many changes and windows there are at once.
/// </summary>
internal sealed class MaintenanceWindows(IReadOnlyList<Maintenance> set)
{
    private readonly List<(ChangeEngine Change, Maintenance Window)> _changes = [];
    private IReadOnlyList<Maintenance> _set = set;

    /// <summary>Of two that cover the same subject the operator's own is told.</summary>
    public IReadOnlyList<Maintenance> ActiveAt(DateTimeOffset now) =>
    [
        .. _set.Concat(_changes.Select(c => c.Window)).Where(m => m.IsActive(now)).DistinctBy(m => m.Subject),
    ];

    public void Open(Maintenance window) => _set = [.. _set.Where(m => m.Subject != window.Subject), window];

    public void Close(Subject subject) => _set = [.. _set.Where(m => m.Subject != subject)];

    public void Open(ChangeEngine change, Maintenance window) => _changes.Add((change, window));

    /// <summary>Two changes may say the same: each is the one that was asked, and no other.</summary>
    public void Close(ChangeEngine change) => _changes.RemoveAll(c => ReferenceEquals(c.Change, change));
}
