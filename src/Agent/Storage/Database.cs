using System.Globalization;
using Agent.Adapters.Files;
using Dapper;
using DbUp;
using DbUp.Engine.Output;
using Microsoft.Data.Sqlite;

[module: DapperAot]

namespace Agent.Storage;

/// <summary>
/// The one SQLite file. Write-ahead log with synchronous FULL: what the agent is about to do has to survive a power cut. A
/// file that is damaged is set aside and a new one begun, because a damaged history must not stop supervision.
/// </summary>
internal sealed class Database
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;
    private const int SetAsideKept = 3;

    private readonly string _path;

    private Database(string path, string? setAside)
    {
        _path = path;
        SetAside = setAside;
    }

    /// <summary>Where the damaged predecessor lies, when there was one.</summary>
    public string? SetAside { get; }

    public static string PathIn(string stateFolder) => Path.Combine(stateFolder, "npu-agent.db");

    /// <exception cref="StorageException">The folder or the file cannot be used.</exception>
    public static Database Open(string stateFolder, DateTimeOffset now)
    {
        var path = PathIn(stateFolder);
        try
        {
            Directory.CreateDirectory(stateFolder);
            RefuseOther(path);
            return OpenOrReplace(path, now);
        }
        catch (SqliteException refused)
        {
            throw new StorageException($"the database {path} cannot be opened: {refused.Message}; check owner, mode and free space of its folder", refused);
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            throw new StorageException($"state_folder {stateFolder} cannot be used: {refused.Message}", refused);
        }
    }

    /// <summary>For subcommands beside a running daemon; null when there is no database.</summary>
    /// <exception cref="StorageException">The file cannot be read by this user, or is damaged.</exception>
    public static SqliteConnection? OpenReadOnly(string stateFolder)
    {
        if (!IsThere(stateFolder))
            return null;
        RefuseOther(PathIn(stateFolder));
        var connection = new SqliteConnection($"Data Source={PathIn(stateFolder)};Mode=ReadWrite;Pooling=False;Default Timeout=5");
        try
        {
            connection.Open();
            Run(connection, "PRAGMA query_only=ON");
            // The first statement that reads the file: what cannot be read is told here, not by whoever asks next.
            Ask(connection, "SELECT id FROM incidents LIMIT 1");
            return connection;
        }
        catch (SqliteException refused)
        {
            connection.Dispose();
            if (IsClosed(PathIn(stateFolder)))
                throw new StorageException($"the database {PathIn(stateFolder)}: {AccessRefusal.Of(PathIn(stateFolder), "open")}", refused);
            throw new StorageException($"the database {PathIn(stateFolder)} cannot be read: {refused.Message}; run as the agent's user or root, and look at the agent's log", refused);
        }
    }

    public SqliteConnection Connect() => Connect(_path);

    /// <summary>SQLite says the same of whatever it cannot open. Who reads writes too: into the index of the write-ahead log.</summary>
    private static bool IsClosed(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return false;
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            return refused is UnauthorizedAccessException && !Directory.Exists(path);
        }
    }

    /// <summary>What is in a folder that is closed to this user is not missing.</summary>
    /// <exception cref="StorageException">It cannot be told.</exception>
    private static bool IsThere(string stateFolder)
    {
        try
        {
            _ = File.GetAttributes(PathIn(stateFolder));
            return true;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (UnauthorizedAccessException closed)
        {
            throw new StorageException($"state_folder {stateFolder}: {AccessRefusal.Of(stateFolder, "read")}", closed);
        }
        catch (IOException broken)
        {
            throw new StorageException($"state_folder {stateFolder} cannot be used: {broken.Message}", broken);
        }
    }

    /// <summary>A pipe would be waited for without end.</summary>
    private static void RefuseOther(string path)
    {
        if (!OperatingSystem.IsWindows() && FileLook.At(path) is { Kind: FileKind.Other or FileKind.Socket })
            throw new StorageException($"the database {path} is no regular file but a pipe, a socket or a device; move it away");
    }

    private static Database OpenOrReplace(string path, DateTimeOffset now)
    {
        try
        {
            Prepare(path);
            return new Database(path, null);
        }
        catch (SqliteException damaged) when (damaged.SqliteErrorCode is Corrupt or NotADatabase)
        {
            var aside = $"{path}.corrupt-{now.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
            foreach (var ending in (string[])["", "-wal", "-shm"])
            {
                if (File.Exists(path + ending))
                    File.Move(path + ending, aside + ending, overwrite: true);
            }

            DropOldest(path);
            Prepare(path);
            return new Database(path, aside);
        }
    }

    private static void DropOldest(string path)
    {
        var aside = Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".corrupt-*")
            .GroupBy(f => f.EndsWith("-wal", StringComparison.Ordinal) || f.EndsWith("-shm", StringComparison.Ordinal) ? f[..^4] : f, StringComparer.Ordinal);
        foreach (var old in aside.OrderByDescending(g => g.Key, StringComparer.Ordinal).Skip(SetAsideKept).SelectMany(g => g))
            File.Delete(old);
    }

    private static void Prepare(string path)
    {
        // SQLite takes an empty file for a new database: history and spent budgets would be gone without a word.
        if (new FileInfo(path) is { Exists: true, Length: 0 })
            throw new SqliteException("the file is empty", NotADatabase);
        using (var connection = Connect(path))
        {
            var verdict = Ask(connection, "PRAGMA quick_check(1)");
            if (verdict != "ok")
                throw new SqliteException($"quick_check: {verdict}", Corrupt);
            if (Ask(connection, "PRAGMA journal_mode=WAL") != "wal")
                throw new StorageException($"the database {path} cannot use a write-ahead log; is its folder on a local, writable file system?");
        }

        var upgrade = DeployChanges.To.SqliteDatabase(ConnectionString(path))
            .WithScriptsEmbeddedInAssembly(typeof(Database).Assembly, name => name.EndsWith(".sql", StringComparison.Ordinal))
            // A script and the note that it was run are one transaction: an upgrade that is killed begins again.
            .WithTransactionPerScript()
            .LogTo(new NoUpgradeLog())
            .Build();
        var unknown = upgrade.GetExecutedButNotDiscoveredScripts();
        if (unknown.Count > 0)
            throw new StorageException($"the database {path} was written by a newer npu-agent ({unknown[^1]}); install that version, or move the file away");
        if (upgrade.PerformUpgrade() is { Successful: false } failed)
            throw failed.Error;
    }

    private static string ConnectionString(string path) => $"Data Source={path};Pooling=False;Default Timeout=5";

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(ConnectionString(path));
        try
        {
            connection.Open();
            // synchronous is a property of the connection, not of the file: it has to be set each time.
            Run(connection, "PRAGMA synchronous=FULL");
            Run(connection, "PRAGMA journal_size_limit=16777216");
            return connection;
        }
        catch (SqliteException)
        {
            // Left open, it would hold a damaged file that is about to be renamed.
            connection.Dispose();
            throw;
        }
    }

    private static string? Ask(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        return command.ExecuteScalar() as string;
    }

    private static void Run(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    /// <summary>What goes wrong is thrown; what goes right needs no line.</summary>
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
