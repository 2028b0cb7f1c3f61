using System.Collections.Concurrent;

namespace Agent.Adapters.Processes;

/// <summary>
/// Reads what stands in the memory of other processes: command line, environment, mappings. A process that sleeps in the driver with its memory locked
/// blocks its reader, and no token ends that. So the reads have a thread of their own. Where it blocks it is left behind, and the rest is read by
/// another one. As long as it blocks, its process is not asked again, so that each such process costs one thread.
/// </summary>
internal sealed class MemoryReads
{
    private readonly ConcurrentDictionary<int, bool> _blocked = [];

    /// <summary>A reader that stands at the same process at two looks in a row is blocked there.</summary>
    public TimeSpan BetweenLooks { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Once one is blocked: the processes of an engine are blocked together, and each of them is waited for.</summary>
    private TimeSpan BetweenFurtherLooks => BetweenLooks / 4;

    /// <param name="pids">The processes.</param>
    /// <param name="read">Reads of one process.</param>
    public MemoryAnswers<T> OfEach<T>(IEnumerable<int> pids, Func<int, T> read)
    {
        List<(int Pid, T Answer)> given = [];
        var asked = pids.ToList();
        var unread = asked.Where(_blocked.ContainsKey).ToHashSet();
        for (List<int> left = [.. asked.Where(pid => !unread.Contains(pid))]; left.Count > 0;)
        {
            var reader = new Reader<T>(left, read);
            if (Wait(reader) is not { } at)
                return new MemoryAnswers<T>([.. given, .. reader.FirstAnswers(left.Count)], unread);
            given.AddRange(reader.FirstAnswers(at));
            unread.Add(left[at]);
            left = left[(at + 1)..];
        }

        return new MemoryAnswers<T>(given, unread);
    }

    /// <returns>The place at which the reader is blocked; null when it came to its end.</returns>
    private int? Wait<T>(Reader<T> reader)
    {
        var reading = Task.Factory.StartNew(reader.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (var before = Reader<T>.NotBegun; Task.WaitAny([reading], _blocked.IsEmpty ? BetweenLooks : BetweenFurtherLooks) < 0;)
        {
            var at = reader.At;
            if (at == before && at != Reader<T>.NotBegun)
            {
                LeaveBehind(reader, reading, at);
                return at;
            }

            before = at;
        }

        reading.GetAwaiter().GetResult();
        return null;
    }

    private void LeaveBehind<T>(Reader<T> reader, Task reading, int at)
    {
        var pid = reader.Pids[at];
        _blocked[pid] = true;
        reader.IsLeft = true;
        _ = reading.ContinueWith(_ => _blocked.TryRemove(pid, out var _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private sealed class Reader<T>(IReadOnlyList<int> pids, Func<int, T> read)
    {
        public const int NotBegun = -1;

        private readonly T[] _answers = new T[pids.Count];
        private volatile int _at = NotBegun;
        private volatile bool _isLeft;

        public IReadOnlyList<int> Pids => pids;

        /// <summary>The place of the process that is being read. The answers before it are there.</summary>
        public int At => _at;

        /// <summary>Nobody waits for it any more, so what it has not read yet is another reader's.</summary>
        public bool IsLeft
        {
            set => _isLeft = value;
        }

        public void Run()
        {
            for (var at = 0; at < pids.Count && !_isLeft; at++)
            {
                _at = at;
                _answers[at] = read(pids[at]);
            }
        }

        public IEnumerable<(int Pid, T Answer)> FirstAnswers(int count) => pids.Zip(_answers).Take(count);
    }
}

/// <summary>What processes gave of their memory.</summary>
/// <param name="Unread">The processes that did not answer in time. What they hold, nobody knows.</param>
internal sealed record MemoryAnswers<T>(IReadOnlyList<(int Pid, T Answer)> Given, IReadOnlySet<int> Unread)
{
    public bool IsWhole => Unread.Count == 0;
}
