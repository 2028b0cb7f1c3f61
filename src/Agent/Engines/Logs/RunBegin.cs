using Agent.Adapters.Files;

namespace Agent.Engines.Logs;

/// <summary>
/// Where in its log a run of a container begins that somebody else started again: the copy has the earlier runs first, as far as
/// the container keeps its output. That may be less than what the agent has of the run before, so the end of that log is looked
/// for. Where it does not come, the container has let go of it, and all that is there is the present run's.
/// </summary>
internal sealed class RunBegin(EngineRun run, TimeProvider clock)
{
    private const int MarkBytes = 2048;

    /// <summary>A copier prints hundreds of MB in that time, and more than a container keeps.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly byte[] _mark = End(run.LogBefore!);
    private readonly long _begun = clock.GetTimestamp();
    private long _searched;

    /// <returns>Null: it may come yet.</returns>
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
