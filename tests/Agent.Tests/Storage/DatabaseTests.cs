using Agent.ForeignText;
using Agent.Storage;
using CsCheck;

namespace Agent.Tests.Storage;

public sealed class DatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => Database.PathIn(_folder.Path);

    [Fact]
    public void An_empty_or_foreign_file_is_set_aside_and_named()
    {
        foreach (var content in (string[])["", "this is no database, and longer than a header of one hundred bytes would be, to be sure that it is read"])
        {
            File.WriteAllText(Path, content);
            var database = Database.Open(_folder.Path, Story.Start);
            File.ReadAllText(database.SetAside!.Path).ShouldBe(content);
            using (var connection = database.Connect())
                new IncidentStore(connection, TextGate.OfPatterns).LoadOpen().ShouldBeEmpty();
            File.Delete(Path);
        }
    }

    [Fact]
    public void Whatever_bytes_are_damaged_the_agent_gets_a_database_or_a_storage_error()
    {
        Fill();
        var sound = File.ReadAllBytes(Path);
        Gen.Select(Gen.Int[0, sound.Length - 1], Gen.Byte).Array[1, 200].Sample(
            damages =>
            {
                var bytes = (byte[])sound.Clone();
                foreach (var (at, value) in damages)
                    bytes[at] = value;
                foreach (var file in Directory.EnumerateFiles(_folder.Path))
                    File.Delete(file);
                File.WriteAllBytes(Path, bytes);
                try
                {
                    using var connection = Database.Open(_folder.Path, Story.Start).Connect();
                }
                catch (StorageException told)
                {
                    told.Message.ShouldContain(_folder.Path);
                }
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void A_database_of_a_newer_agent_is_refused_and_left_alone()
    {
        Fill();
        using (var connection = Database.Open(_folder.Path, Story.Start).Connect())
        {
            using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO SchemaVersions (ScriptName, Applied) VALUES ('Agent.Storage.Migrations.0099_future.sql', '2030-01-01')";
            command.ExecuteNonQuery();
        }

        var told = Should.Throw<StorageException>(() => Database.Open(_folder.Path, Story.Start)).Message;
        told.ShouldContain("0099_future");
        told.ShouldContain("newer npu-agent");
        Directory.EnumerateFiles(_folder.Path, "*.corrupt-*").ShouldBeEmpty();
    }

    [Fact]
    public void An_older_agent_takes_a_database_that_has_the_ledger_and_a_newer_one_gives_it_to_an_older_database()
    {
        for (var agent = 0; agent < 3; agent++)
        {
            using var connection = Database.Open(_folder.Path, Story.Start).Connect();
            Ask("SELECT group_concat(ScriptName) FROM SchemaVersions").ShouldBe("Agent.Storage.Migrations.0001_journal.sql", "others would be refused");
            Ask("SELECT group_concat(subject) FROM service").ShouldBe(agent == 1 ? "host" : "");
            // The next one is an upgrade of a database without it.
            Ask(agent == 1 ? "DROP TABLE service" : "INSERT INTO service VALUES ('host', 0, 'up', 0, 0, 1, 'serves', '', NULL, NULL, NULL, NULL, NULL, "
                + "NULL, 0, NULL)");

            string Ask(string statement)
            {
                using var command = connection.CreateCommand();
                command.CommandText = statement;
                return command.ExecuteScalar() as string ?? "";
            }
        }
    }

    [Fact]
    public void A_second_holder_of_the_state_folder_is_told_the_first_ones_pid()
    {
        using var first = StateLock.Acquire(_folder.Path);
        var told = Should.Throw<StorageException>(() => StateLock.Acquire(_folder.Path)).Message;
        told.ShouldContain($"pid {Environment.ProcessId}");
        told.ShouldContain(_folder.Path);
    }

    [Fact]
    public void A_lock_that_was_given_up_can_be_had_again()
    {
        StateLock.Acquire(_folder.Path).Dispose();
        StateLock.Acquire(_folder.Path).Dispose();
    }

    public void Dispose() => _folder.Dispose();

    private void Fill()
    {
        var database = Database.Open(_folder.Path, Story.Start);
        using var journal = OpenJournal.Of(database, TimeProvider.System, "hook");
        for (var i = 0; i < 20; i++)
            journal.Append(Story.Changes($"i{i}", Story.Recovered(Story.Start)), [Story.Fold($"i{i}", Story.Recovered(Story.Start))]).ShouldBeTrue();
    }
}
