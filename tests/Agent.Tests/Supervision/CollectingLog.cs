using Microsoft.Extensions.Logging;

namespace Agent.Tests.Supervision;

/// <summary>Keeps the lines of a log, as their level and text.</summary>
internal sealed class CollectingLog : ILoggerFactory, ILogger
{
    private readonly Lock _writing = new();
    private readonly List<(string Part, TaskCompletionSource<string> Seen)> _awaited = [];
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_writing)
                return [.. _lines];
        }
    }

    /// <summary>The first line with these words, once it is written.</summary>
    public Task<string> LineAsync(string part)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_writing)
        {
            if (_lines.Find(l => l.Contains(part, StringComparison.Ordinal)) is { } line)
                seen.SetResult(line);
            else
                _awaited.Add((part, seen));
        }

        return seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = $"{logLevel}: {formatter(state, exception)}";
        lock (_writing)
        {
            _lines.Add(line);
            foreach (var (_, seen) in _awaited.Where(a => line.Contains(a.Part, StringComparison.Ordinal)))
                seen.TrySetResult(line);
        }
    }

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
    }
}
