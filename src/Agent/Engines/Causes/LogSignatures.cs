using System.Buffers;
using Agent.Engines.Logs;

namespace Agent.Engines.Causes;

/// <summary>
/// Finds the facts that a log line tells. Almost no line tells anything. So one pass for
/// all hints at once comes first, and expressions are tried only on lines that hold a hint.
/// </summary>
internal static class LogSignatures
{
    private const string NoBlock = "No available shared memory broadcast block found";

    // SIGTERM during a start-up prints the second text.
    private static readonly string[] StopRequests = ["[shutdown] API server: shutdown triggered", "KeyboardInterrupt: terminated"];

    private static readonly string[] Deaths =
    [
        "EngineCore encountered a fatal error", "EngineCore encountered an issue", "EngineDeadError", "Engine core initialization failed",
        "ngine core exited unexpectedly", "died unexpectedly",
        // The API server may wait for its engine core long after this line.
        "EngineCore failed to start", "WorkerProc initialization failed",
    ];

    private static readonly string[] AllHints = [.. SignatureTable.All.SelectMany(s => s.Hints)];

    private static readonly SearchValues<string> Hints = SearchValues.Create([.. AllHints.Distinct(StringComparer.Ordinal)], StringComparison.Ordinal);

    private static readonly SearchValues<string> DeathHints = SearchValues.Create(Deaths, StringComparison.Ordinal);

    // The many codes have few beginnings. Each code is searched for only in a line that holds such a beginning.
    private static readonly WordSearch Stems = new(AllHints.Select(Stem));

    private static readonly WordSearch Telling = new([.. AllHints.Select(Stem), .. Deaths, .. StopRequests, NoBlock, Traceback.Head]);

    /// <summary>Whether some signature may fit. If a text holds no hint, none of its lines names a cause.</summary>
    public static bool MayHoldCause(ReadOnlySpan<char> text) => Stems.FindsIn(text) && text.ContainsAny(Hints);

    /// <summary>
    /// Whether a line may name a cause, a death, a request to stop, or workers that stand still. Almost no line of a serving engine does.
    /// </summary>
    public static bool MayTell(ReadOnlySpan<char> line) => Telling.FindsIn(line);

    /// <summary>The signature of an engine's line, in any phase.</summary>
    public static LogSignature? Find(string line) => Find(line, CausePhase.Always, LineSource.StartUp | LineSource.Engine);

    /// <returns>
    /// The first signature of the table that fits, may speak now and names the failure
    /// itself. If there is none, the best of the others. Null for almost every line.
    /// </returns>
    public static LogSignature? Find(string line, CausePhase phase, LineSource source)
    {
        if (!MayHoldCause(line))
            return null;
        LogSignature? best = null;
        foreach (var signature in SignatureTable.All)
        {
            if (signature.MaySpeak(phase, source) && (best is null || signature.Standing > best.Standing) && Fits(signature, line))
                best = signature;
        }

        return best;
    }

    /// <summary>The engine core will not answer again, even if /health says otherwise.</summary>
    public static bool IsDeath(string line) => line.AsSpan().ContainsAny(DeathHints)
        && (!line.Contains("died unexpectedly", StringComparison.Ordinal)
            || line.Contains("Worker proc ", StringComparison.Ordinal)
            || line.Contains("ngine core proc ", StringComparison.Ordinal));

    /// <summary>vLLM was told to stop. If the agent did not ask for it, somebody else did.</summary>
    public static bool IsStopRequest(string line) => StopRequests.Any(s => line.StartsWith(s, StringComparison.Ordinal));

    /// <summary>Workers take no message from shared memory: they hang, or they do something that takes long.</summary>
    public static bool IsNoBlock(string line) => line.Contains(NoBlock, StringComparison.Ordinal);

    /// <summary>Lines that a start-up prints for ever while it stands still. They are no progress.</summary>
    public static bool IsNoise(string line) =>
        string.IsNullOrWhiteSpace(line)
        || IsNoBlock(line)
        || line.Contains("core engine proc(s) to start", StringComparison.Ordinal);

    private static string Stem(string hint) => hint.Length is 5 or 6 && hint.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c)) ? hint[..4] : hint;

    private static bool Fits(LogSignature signature, string line)
    {
        foreach (var hint in signature.Hints)
        {
            if (line.Contains(hint, StringComparison.Ordinal))
                return signature.Pattern.IsMatch(line);
        }

        return false;
    }
}
