using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Probes;
using Agent.Storage;
using Agent.Supervision;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Supervision;

/// <summary>The loop on a disk that fails it: told as an incident at once, over when the disk takes everything again.</summary>
public sealed class DiskTroubleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly ListeningSystemd _systemd;

    public DiskTroubleTests() => _systemd = new ListeningSystemd(_folder.File("notify"));

    [Fact]
    public async Task A_full_disk_is_an_incident_from_its_first_refusal_to_its_relief()
    {
        using var disk = new SmallDisk(16);
        await RunAsync(disk.Path, async (loop, _) =>
        {
            disk.Fill();
            await SuspectAsync(loop, disk.Fill, FaultCodes.EngineThroughputLow);
            for (var i = 0; i < 500 && await FindAsync(loop, FaultCodes.HostDiskFull) is null; i++)
                await SuspectAsync(loop, disk.Fill, i % 2 == 0 ? null : FaultCodes.EngineThroughputLow);
            (await FindAsync(loop, FaultCodes.HostDiskFull)).ShouldNotBeNull().State.ShouldBe(IncidentState.Confirmed);

            disk.Relieve();
            _clock.Advance(TimeSpan.FromSeconds(31));
            await SuspectAsync(loop, () => { }, null);
            (await FindAsync(loop, FaultCodes.HostDiskFull)).ShouldNotBeNull().State.ShouldBe(IncidentState.Resolved);
        });
    }

    [Fact]
    public async Task A_database_that_was_overwritten_is_replaced_and_told_of()
    {
        await RunAsync(_folder.File("state"), async (loop, database) =>
        {
            await SuspectAsync(loop, () => { }, FaultCodes.EngineThroughputLow);
            await loop.PostAsync(new DatabaseLooked(database.Generation, "file is not a database"), CancellationToken.None);
            (await FindAsync(loop, FaultCodes.DatabaseReplaced)).ShouldNotBeNull().Summary.ShouldContain(database.SetAside!.Path);
            // A word on the file before says nothing of this one.
            await loop.PostAsync(new DatabaseLooked(database.Generation - 2, "file is not a database"), CancellationToken.None);
            var aside = database.SetAside.Path;
            await FindAsync(loop, FaultCodes.DatabaseReplaced);
            database.SetAside.Path.ShouldBe(aside);

            // Taken away by a person.
            File.Delete(aside);
            _clock.Advance(TimeSpan.FromSeconds(31));
            await SuspectAsync(loop, () => { }, FaultCodes.EngineThroughputLow);
            (await FindAsync(loop, FaultCodes.DatabaseReplaced)).ShouldNotBeNull().State.ShouldBe(IncidentState.Resolved);
        });
    }

    public void Dispose()
    {
        _systemd.Dispose();
        _folder.Dispose();
    }

    private async Task RunAsync(string state, Func<SupervisionLoop, Database, Task> story)
    {
        var settings = SettingsFile.Parse("t.yaml", $"state_folder: {state}\nengines: [ {{ name: deepseek, model: /m, chips: [0/0] }} ]", _ => false).Settings!;
        var database = Database.Open(settings.StateFolder, _clock.GetUtcNow());
        var loop = Composition.Daemon(QuietDaemon.Parts(settings, database, _clock) with { Systemd = _systemd.Connect("4000000") }).Loop;
        using var stop = new CancellationTokenSource();
        var running = loop.RunAsync(Task.CompletedTask, stop.Token);
        await story(loop, database);
        await stop.CancelAsync();
        await running;
    }

    /// <summary>Something for the journal to write.</summary>
    private async Task SuspectAsync(SupervisionLoop loop, Action before, string? fault)
    {
        before();
        _clock.Advance(TimeSpan.FromSeconds(1));
        var now = _clock.GetUtcNow();
        var seen = new Observation
        {
            Probe = "engine-throughput",
            Subject = Subject.Engine("deepseek"),
            Verdict = fault is null ? Verdict.Healthy : Verdict.Faulty,
            Fault = fault,
            Summary = new string('x', 3000),
            At = now,
        };
        await loop.PostAsync(new Looked(new ProbeLook("engine-throughput", seen.Subject, [seen], TimeSpan.Zero)), CancellationToken.None);
    }

    private static async Task<Incident?> FindAsync(SupervisionLoop loop, string fault) =>
        (await loop.AskAsync(new AskStatus("test"), CancellationToken.None)).Status!.Incidents.LastOrDefault(i => i.Fault == fault);
}
