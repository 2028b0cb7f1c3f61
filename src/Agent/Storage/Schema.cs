using DbUp;
using DbUp.Engine;
using DbUp.Engine.Output;
using DbUp.Support;

namespace Agent.Storage;

/// <summary>
/// The tables of the database. A migration is run once and noted in the file, and an older agent refuses a file with one that it does not know. What an
/// older agent can do without is no migration but an addition: it is run at each start, and changes nothing where it is there.
/// </summary>
internal static class Schema
{
    private const string Migrations = "Agent.Storage.Migrations.";
    private const string Additions = "Agent.Storage.Additions.";

    /// <exception cref="StorageException">A newer agent wrote the file.</exception>
    /// <param name="path">The file.</param>
    /// <param name="connection">How it is opened.</param>
    public static void Upgrade(string path, string connection)
    {
        var upgrade = DeployChanges.To.SqliteDatabase(connection)
            .WithScriptsEmbeddedInAssembly(typeof(Database).Assembly, name => name.StartsWith(Migrations, StringComparison.Ordinal))
            .WithScriptsEmbeddedInAssembly(typeof(Database).Assembly, name => name.StartsWith(Additions, StringComparison.Ordinal),
                new SqlScriptOptions { ScriptType = ScriptType.RunAlways, RunGroupOrder = 1 })
            // A script and the note that it was run are one transaction. So an upgrade that is killed begins again.
            .WithTransactionPerScript()
            .LogTo(new NoUpgradeLog())
            .Build();
        var unknown = upgrade.GetExecutedButNotDiscoveredScripts();
        if (unknown.Count > 0)
            throw new StorageException($"the database {path} was written by a newer npu-agent ({unknown[^1]}); install that version, or move the file away");
        if (upgrade.PerformUpgrade() is { Successful: false } failed)
            throw failed.Error;
    }

    /// <summary>Errors are thrown, and success needs no line.</summary>
    private sealed class NoUpgradeLog : IUpgradeLog
    {
        public void LogTrace(string format, params object[] args)
        {
        }

        public void LogDebug(string format, params object[] args)
        {
        }

        public void LogInformation(string format, params object[] args)
        {
        }

        public void LogWarning(string format, params object[] args)
        {
        }

        public void LogError(string format, params object[] args)
        {
        }

        public void LogError(Exception ex, string format, params object[] args)
        {
        }
    }
}
