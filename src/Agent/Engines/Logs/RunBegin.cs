using Agent.Adapters.Files;
using Agent.Engines.Runs;

namespace Agent.Engines.Logs;

/// <summary>
/// Finds the place in its log where a run of a container begins that somebody else started again. The copy has the earlier runs
/// first, as far as the container keeps its output. That may be less than the agent has of the previous run, so the search is for the
/// end of that run's log. If this end does not come, the container has dropped it, and the whole copy belongs to the present run.
/// </summary>
internal sealed class RunBegin(EngineRun run, TimeProvider clock)
{
    private const int MarkBytes = 2048;

    /// <summary>In this time a copier prints hundreds of MB, which is more than a container keeps.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly byte[] _mark = End(run.LogBefore!);
    private readonly long _begun = clock.GetTimestamp();
    private long _searched;

    /// <returns>Null: the place may come yet.</returns>
    public long? Find()
    {
        if (_mark.Length == 0)
            return run.LogBegin;
        if (File.Exists(run.LogFile))
        {
            using var file = File.OpenHandle(run.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(file) < _searched)
                _searched = 0;
            _searched = FileHead.FirstData(file, _searched);
            if (LogPieces.EndOf(file, _mark, ref _searched) is { } begin)
                return begin;
        }

        return clock.GetElapsedTime(_begun) < Patience ? null : 0;
    }

    private static byte[] End(string log)
    {
        try
        {
            using var file = File.OpenHandle(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = RandomAccess.GetLength(file);
            var end = new byte[(int)Math.Min(MarkBytes, length - FileHead.FirstData(file, 0))];
            return RandomAccess.Read(file, end, length - end.Length) == end.Length ? end : [];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
