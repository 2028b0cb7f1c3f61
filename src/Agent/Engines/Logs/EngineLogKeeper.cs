using Agent.Adapters.Files;
using Agent.Configuration.Engines;
using Agent.Domain;
using Microsoft.Win32.SafeHandles;

namespace Agent.Engines.Logs;

/// <summary>
/// Keeps the log of a run within bounds while the engine, or the copier of its log, has the file open for appending. Nothing may
/// stand between an engine and its log: with a pipe to the agent, the agent could be the reason that an engine stops. So the
/// oldest lines are copied into a part beside the file, and then the file's head is freed in place (<see cref="FileHead"/>). The
/// writer goes on at the same end, no line is lost, and every offset stays. If the file system cannot do that, the whole file is
/// copied and emptied. The next line goes to the new end, because it is appended. A line printed in that instant may be lost.
/// </summary>
internal sealed class EngineLogKeeper(string log, EngineLogSettings settings, EngineLogRoom room, FreeHead free, TimeProvider clock)
{
    // Lines are moved when there are two parts' worth of them. So the newest part's
    // worth always lies in the file itself, where followers and evidence read.
    private const int MovedFrom = 2;
    private const int DiskFull = 28;
    private const int WindowsDiskFull = 112;

    private const int TriesToEmpty = 20;

    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(30);

    private Task _moving = Task.CompletedTask;
    private long? _begin;
    private long? _troubleAt;
    private volatile bool _cannotFree;
    private volatile string? _problem;
    private long _letGo;

    /// <summary>The reason why it is not kept within its bounds without losing a line. Null when it is.</summary>
    public string? Problem => _problem ?? Interlocked.Read(ref _letGo) switch
    {
        > 0 and var bytes => $"{Sizes.Text(bytes)} of the log were lost because the disk was full",
        _ when OperatingSystem.IsWindows() => "logs of engines have no limit on Windows",
        _ when !_cannotFree => null,
        _ => "the file system cannot free the head of a file: the log is copied and emptied, and a line printed in that instant may be lost",
    };

    /// <summary>Ends when nothing is being moved.</summary>
    public Task Moving => _moving;

    /// <summary>Begins to move the lines that are too much. This runs beside the caller, who may have little time.</summary>
    /// <param name="read">The place up to which the agent has read. Lines that it has not read are not moved.</param>
    public void KeepUp(long read)
    {
        // On Windows a file that is open for appending cannot be shortened, and a copy of it would only take more disk.
        if (OperatingSystem.IsWindows())
            return;
        if (!_moving.IsCompleted || (_troubleAt is { } at && clock.GetElapsedTime(at) < AfterTrouble))
            return;
        if (_begin is not { } begin || read < begin)
            _begin = begin = Begin();
        if (read - begin >= MovedFrom * settings.PartBytes)
            _moving = Task.Run(() => Try(() => Move(read)));
    }

    /// <summary>
    /// The last step on a file system that cannot free a head. It is short, because all but the newest lines were copied before, beside the callers.
    /// </summary>
    /// <param name="readOn">Reads on to the end of the file and answers that place.</param>
    /// <returns>True: the file was emptied.</returns>
    public bool Empty(Func<long> readOn)
    {
        if (!_cannotFree || !_moving.IsCompleted || _begin is not { } begin || begin < settings.PartBytes)
            return false;
        var emptied = false;
        Try(() => emptied = Empty(begin, readOn));
        return emptied;
    }

    /// <summary>Makes a part of the whole present file, because somebody is about to begin the file anew. Nobody may write into it meanwhile.</summary>
    public void SetAside()
    {
        _moving.Wait();
        using (var file = LogPieces.Open(log))
        {
            var begin = Begin();
            var length = RandomAccess.GetLength(file);
            if (begin < length)
                WriteLast(file, part => LogPieces.Copy(file, begin, length, part) == length);
        }

        _begin = 0;
    }

    private void Try(Action move)
    {
        try
        {
            move();
            (_problem, _troubleAt) = (null, null);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            (_problem, _troubleAt) = ($"the log is not kept within its bounds: {refused.Message}", clock.GetTimestamp());
        }
    }

    private void Move(long read)
    {
        using (var file = LogPieces.Open(log))
        {
            // If the head cannot be freed, the lines are copied as far as they go. So little is left for the moment of emptying.
            for (var begin = FirstData(); read - begin >= (_cannotFree ? 1 : MovedFrom) * settings.PartBytes; begin = FirstData())
                MoveOne(file, begin);

            long FirstData() => FileHead.FirstData(file, _begin!.Value);
        }

        room.Make(log);
    }

    private void MoveOne(SafeFileHandle file, long begin)
    {
        room.Make(log, settings.PartBytes);
        var end = LogPieces.LineEnd(file, begin, begin + settings.PartBytes);
        try
        {
            Write(file, begin, end);
        }
        catch (IOException full) when ((full.HResult & 0xFFFF) is DiskFull or WindowsDiskFull && !room.IsHeld(clock.GetUtcNow()))
        {
            // The oldest lines are given up, and not the newest, because the engine could not write new ones on a full disk.
            _letGo += end - begin;
        }

        // This is set before the head is freed: lines that are in a part are not moved again, even if the file system refuses.
        _begin = end;
        _cannotFree |= !free(file, end);
    }

    private void Write(SafeFileHandle file, long begin, long end)
    {
        var path = EngineLogPart.PathOf(log, EngineLogPart.PlaceOf(EngineLogPart.Of(log), begin));
        WholeFile.Write(path, LogPieces.ModeOf(file), overwrite: true, part => LogPieces.Copy(file, begin, end, part));
    }

    private bool Empty(long begin, Func<long> readOn)
    {
        using var file = LogPieces.Open(log);
        var emptied = WriteLast(file, part =>
        {
            for (var tries = 1; ; tries++)
            {
                begin = LogPieces.Copy(file, begin, readOn(), part);
                // An engine that prints without a pause loses the lines of one instant in the end, because the disk is not endless.
                if (RandomAccess.GetLength(file) != begin && tries < TriesToEmpty)
                    continue;
                RandomAccess.SetLength(file, 0);
                return true;
            }
        });
        if (emptied)
            _begin = 0;
        return emptied;
    }

    /// <param name="file">The log.</param>
    /// <param name="copy">Copies, and answers whether the whole file is in the part now. Only then the part counts.</param>
    private bool WriteLast(SafeFileHandle file, Func<FileStream, bool> copy)
    {
        var path = EngineLogPart.PathOf(log, EngineLogPart.LastPlace(EngineLogPart.Of(log)));
        var isWhole = false;
        try
        {
            using var part = LogPieces.Create(path, file);
            isWhole = copy(part);
            part.Flush(flushToDisk: true);
        }
        finally
        {
            if (!isWhole)
                File.Delete(path);
        }

        return isWhole;
    }

    private long Begin()
    {
        if (!File.Exists(log))
            return 0;
        foreach (var unfinished in Directory.EnumerateFiles(Path.GetDirectoryName(log)!, $"{Path.GetFileName(log)}.*{WholeFile.NewEnding}"))
            File.Delete(unfinished);
        using var file = LogPieces.Open(log);
        return EngineLogPart.BeginOf(EngineLogPart.Of(log), FileHead.FirstData(file, 0), RandomAccess.GetLength(file));
    }
}
