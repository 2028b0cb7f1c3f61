using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>One caller's way to the database, whichever file that is now. For one caller at a time, as connections are.</summary>
internal sealed class DatabaseLink(Database database) : IDisposable
{
    private SqliteConnection? _connection;
    private int _generation;

    public Database Database => database;

    /// <exception cref="SqliteException">It cannot be opened now.</exception>
    public SqliteConnection Connection
    {
        get
        {
            var generation = database.Generation;
            if (_connection is { } open && _generation == generation)
                return open;
            Close();
            (_connection, _generation) = (database.Connect(), generation);
            return _connection;
        }
    }

    /// <summary>The next use opens it anew: what a failing disk did to a connection does not outlast the failure.</summary>
    public void Close()
    {
        try
        {
            _connection?.Dispose();
        }
        catch (SqliteException)
        {
            // The last word to a disk that takes none.
        }

        _connection = null;
    }

    public void Dispose() => Close();
}
