using Agent.Domain.Observations;
using Agent.Storage;
using Agent.Supervision;

namespace Agent.Tests.Supervision;

internal static class SomeServiceBook
{
    /// <summary>A ledger in which nothing stands but what this database has.</summary>
    public static ServiceBook Of(Database database, TimeProvider clock, params IReadOnlyList<Subject> engines)
    {
        using var connection = database.Connect();
        return new ServiceBook(Parts(database, engines), new ServiceStore(() => connection), clock.GetUtcNow());
    }

    public static ServiceBookParts Parts(Database database, IReadOnlyList<Subject> engines) => new()
    {
        Engines = engines.ToDictionary(e => e, _ => 0.999),
        Lasts = TimeSpan.FromSeconds(11),
        History = TimeSpan.FromDays(90),
        Boot = "boot",
        BootBegan = Story.Start.AddHours(-1),
        UsualSpeed = (_, running) => running > 0 ? 100 : null,
        Generation = () => database.Generation,
        MayRecord = () => true,
    };
}
