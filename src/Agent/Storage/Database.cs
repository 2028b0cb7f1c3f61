using Agent.Adapters.Files;
using Dapper;
using Microsoft.Data.Sqlite;

[module: DapperAot]

namespace Agent.Storage;

/// <summary>
/// The one SQLite file, with a write-ahead log and synchronous FULL: the record of the agent's next step has to survive a power cut. A damaged file
/// is set aside and a new one is begun, because a damaged history must not stop supervision.
/// </summary>
internal sealed class Database
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;
    private const int InputOutputError = 10;

    private readonly string _path;
    private volatile bool _isBegun = true;
    private bool _isTried;
    private int _generation;
    private long _endsAt;
    private FileIdentity? _identity;

    private Database(string path, Ballast ballast, SetAsideFile? setAside) =>
        (_path, Ballast, SetAside, _identity) = (path, ballast, setAside, DatabaseFile.IdentityOf(path));

    /// <summary>The damaged predecessor, if there was one within a day. It is replaced as a whole.</summary>
    public SetAsideFile? SetAside { get; private set; }

    public Ballast Ballast { get; }

    public string Folder => Path.GetDirectoryName(_path)!;

    /// <summary>Differs for every file that was begun. Connections of an earlier generation lead to the file that was set aside.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>The newest entry that this agent wrote; 0 before it wrote one.</summary>
    public long EndsAt
    {
        get => Interlocked.Read(ref _endsAt);
        set => Interlocked.Exchange(ref _endsAt, value);
    }

    public static string PathIn(string stateFolder) => DatabaseFile.In(stateFolder);

    /// <exception cref="StorageException">The folder or the file cannot be used.</exception>
    /// <param name="stateFolder">The folder of the database.</param>
    /// <param name="now">The present time.</param>
    /// <param name="ballastBytes">The size of the room that is kept back.</param>
    public static Database Open(string stateFolder, DateTimeOffset now, long ballastBytes = 0)
    {
        var path = PathIn(stateFolder);
        var ballast = new Ballast(stateFolder, ballastBytes);
        try
        {
            Directory.CreateDirectory(stateFolder);
            DatabaseFile.RefuseOther(path);
            while (true)
            {
                try
                {
                    var database = OpenOrReplace(path, ballast, now);
                    ballast.Make();
                    return database;
                }
                catch (SqliteException full) when (IsForRoom(full, stateFolder) && ballast.Release())
                {
                    // An agent that is started on a full disk supervises all the same.
                }
            }
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
        if (!DatabaseFile.IsThere(stateFolder))
            return null;
        DatabaseFile.RefuseOther(PathIn(stateFolder));
        var connection = new SqliteConnection($"Data Source={PathIn(stateFolder)};Mode=ReadWrite;Pooling=False;Default Timeout=5");
        try
        {
            connection.Open();
            Run(connection, "PRAGMA query_only=ON");
            // This is the first statement that reads the file. So an unreadable file is told here, and not by the next caller.
            Ask(connection, "SELECT id FROM incidents LIMIT 1");
            return connection;
        }
        catch (SqliteException refused)
        {
            connection.Dispose();
            if (DatabaseFile.IsClosed(PathIn(stateFolder)))
                throw new StorageException($"the database {PathIn(stateFolder)}: {AccessRefusal.Of(PathIn(stateFolder), "open")}", refused);
            throw new StorageException($"the database {PathIn(stateFolder)} cannot be read: {refused.Message}; run as the agent's user or root, and look at "
                + $"the agent's log", refused);
        }
    }

    /// <exception cref="SqliteException">The file cannot be opened, or a new file is not begun yet.</exception>
    public SqliteConnection Connect() =>
        _isBegun ? Connect(_path, isNew: false) : throw new SqliteException("the new database is not begun yet", InputOutputError);

    /// <summary>Moves a damaged file away. Only the writer of the journal calls this, because it begins the new file.</summary>
    /// <exception cref="IOException">The file cannot be moved.</exception>
    public void SetAsideDamaged(string reason, DateTimeOffset now)
    {
        SetAside = SetAsideFile.Move(_path, reason, now) ?? SetAside;
        (_isBegun, _isTried) = (false, false);
        Interlocked.Increment(ref _generation);
    }

    /// <summary>A disk that is mounted again may have another number. Connections from before lead to nothing then.</summary>
    private void FollowDevice(FileIdentity? there)
    {
        if (there is null || _identity is null || there == _identity)
            return;
        _identity = there;
        Interlocked.Increment(ref _generation);
    }

    /// <exception cref="SqliteException">The disk does not take the new file.</exception>
    public void BeginIfNew(DateTimeOffset now)
    {
        if (_isBegun)
            return;
        // A file that the disk refused in the middle belongs to this agent, and is deleted. A file that somebody else put there since is moved aside.
        foreach (var ending in SetAsideFile.Endings.Where(_ => _isTried))
            File.Delete(_path + ending);
        SetAsideFile.Move(_path, "", now);
        _isTried = true;
        Prepare(_path);
        (_identity, EndsAt, _isBegun) = (DatabaseFile.IdentityOf(_path), 0, true);
        Interlocked.Increment(ref _generation);
    }

    /// <summary>
    /// Reads the whole file on a connection of its own. It uses only SQLite: any other close of the file in this process would drop the locks of
    /// every connection of this process.
    /// </summary>
    /// <returns>The damage; null when the file is whole. Also null when it could not be read now: the journal tells of that.</returns>
    public string? Damage()
    {
        // If the lock is gone too, the whole folder is gone. It comes back when its disk is mounted again.
        if (!_isBegun || !StateLock.IsThere(Folder))
            return null;
        try
        {
            if (new FileInfo(_path) is var file && (!file.Exists || file.Length == 0))
                return file.Exists ? "the file was emptied" : "the file is gone";
            var there = DatabaseFile.IdentityOf(_path);
            if (_identity is { } own && there is { } found && found.Number != own.Number)
                return "another file was put in its place";
            var written = EndsAt;
            using var connection = Connect(_path, isNew: false);
            if (Ask(connection, "PRAGMA quick_check(1)") is var verdict && verdict != "ok")
                return $"quick_check: {verdict}";
            Ask(connection, "SELECT id FROM incidents LIMIT 1");
            // If old entries were removed during this read, the result says nothing.
            var end = connection.ExecuteScalar<long?>("SELECT max(seq) FROM journal") ?? 0;
            if (end < written && written == EndsAt)
                return $"it ends at entry {end}, and this agent wrote entry {written}: another file was put in its place";
            FollowDevice(there);
            return null;
        }
        catch (SqliteException refused)
        {
            return DatabaseTroubles.Of(refused) == DatabaseTrouble.Damaged ? refused.Message : null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // For the files beside the database, SQLite reports a full disk with other codes.
    private static bool IsForRoom(SqliteException refused, string folder) => DatabaseTroubles.Of(refused) == DatabaseTrouble.Full
        || (DatabaseTroubles.Of(refused) == DatabaseTrouble.Failing && DiskRefusals.Try(folder) == DiskRefusal.Full);

    private static Database OpenOrReplace(string path, Ballast ballast, DateTimeOffset now)
    {
        try
        {
            Prepare(path);
            return new Database(path, ballast, SetAsideFile.Newest(path));
        }
        catch (SqliteException damaged) when (damaged.SqliteErrorCode is Corrupt or NotADatabase)
        {
            var aside = SetAsideFile.Move(path, damaged.Message, now);
            Prepare(path);
            return new Database(path, ballast, aside);
        }
    }

    private static void Prepare(string path)
    {
        // SQLite takes an empty file for a new database. Then history and spent budgets would be lost without a word.
        if (new FileInfo(path) is { Exists: true, Length: 0 })
            throw new SqliteException("the file is empty", NotADatabase);
        using (var connection = Connect(path, isNew: true))
        {
            var verdict = Ask(connection, "PRAGMA quick_check(1)");
            if (verdict != "ok")
                throw new SqliteException($"quick_check: {verdict}", Corrupt);
            FreePages.GoBack(connection);
            if (Ask(connection, "PRAGMA journal_mode=WAL") != "wal")
                throw new StorageException($"the database {path} cannot use a write-ahead log; is its folder on a local, writable file system?");
        }

        Schema.Upgrade(path, ConnectionString(path));
    }

    private static string ConnectionString(string path) => $"Data Source={path};Pooling=False;Default Timeout=5";

    /// <param name="path">The file.</param>
    /// <param name="isNew">Whether the file may be made. A missing file is otherwise no reason to make an empty one.</param>
    private static SqliteConnection Connect(string path, bool isNew)
    {
        var connection = new SqliteConnection(ConnectionString(path) + (isNew ? "" : ";Mode=ReadWrite"));
        try
        {
            connection.Open();
            // synchronous is a property of the connection, not of the file. So it has to be set each time.
            Run(connection, "PRAGMA synchronous=FULL");
            Run(connection, "PRAGMA journal_size_limit=16777216");
            return connection;
        }
        catch (SqliteException)
        {
            // An open connection would hold a damaged file that is about to be renamed.
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
}
