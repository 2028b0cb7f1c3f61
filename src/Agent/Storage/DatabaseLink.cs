using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>
/// One caller's way to the present database file, also after the file was replaced. Like a connection, it is for one caller at a time.
/// </summary>
internal sealed class DatabaseLink(Database database) : IDisposable
{
    private SqliteConnection? _connection;
    private int _generation;

    public Database Database => database;

    /// <exception cref="SqliteException">The database cannot be opened now.</exception>
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

    /// <summary>
    /// Closes the connection; the next use opens a new one. So the damage of a failing disk to a connection does not outlast the failure.
    /// </summary>
    public void Close()
    {
        try
        {
            _connection?.Dispose();
        }
        catch (SqliteException)
        {
            // The last write of the connection failed, because the disk takes nothing.
        }

        _connection = null;
    }

    public void Dispose() => Close();
}
