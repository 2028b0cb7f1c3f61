using Agent.ForeignText;
using Agent.Storage;

namespace Agent.Tests.Storage;

internal static class OpenJournal
{
    /// <summary>A journal that knows nothing yet.</summary>
    public static Journal Of(Database database, TimeProvider clock, params string[] notifiers) =>
        new(new DatabaseLink(database), new Recollection(TimeSpan.FromHours(6)), new WaitingNotices(notifiers), TextGate.OfPatterns, "boot", clock);
}
