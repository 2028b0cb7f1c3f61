using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Engines.Causes;
using Agent.Engines.Starting;

namespace Agent.Engines.Logs;

/// <summary>
/// The memory from line to line that tells where an error comes from and how far its message goes: the traceback
/// that is being printed, the program whose usage was printed, and the message whose lines still come. Immutable.
/// </summary>
internal sealed partial record CauseSearch
{
    /// <summary>Lines of other processes in between are counted, too. A message that never ends is no message.</summary>
    private const int MostBelow = 60;
    private const string UsageWord = "usage: ";

    private Traceback? Open { get; init; }

    /// <summary>The text that argparse prints before it refuses something: the program and its options.</summary>
    private string? Usage { get; init; }

    private Message? Waiting { get; init; }

    /// <summary>Whether the next lines belong to a traceback or a message that has begun.</summary>
    public bool IsOpen => Open is not null || Waiting is not null;

    public CauseSearch AfterStarting(string line) =>
        Usage is null && line.Contains(UsageWord, StringComparison.OrdinalIgnoreCase)
        && EngineLine.Of(line).Text is var text && text.StartsWith(UsageWord, StringComparison.OrdinalIgnoreCase)
            ? this with { Usage = text[UsageWord.Length..] }
            : this;

    /// <summary>The signature's message goes on below this line.</summary>
    public CauseSearch Below(LogSignature signature, EngineLine line)
    {
        if (signature.Below is null)
            return this;
        var sentences = Counted().Match(line.Text) is { Success: true } count ? int.Parse(count.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 1;
        return this with { Waiting = new Message(signature.Below, line.Process, sentences, 0) };
    }

    public Step After(EngineLine line, CausePhase phase, StartupStage stage)
    {
        var isPart = Waiting is { } waiting && waiting.Process == line.Process && waiting.Pattern.IsMatch(line.Text);
        var next = this with { Waiting = Waiting?.After(line, isPart, MostBelow), Open = Open?.Next(line) };
        var traced = Open is { } open && open.Process == line.Process && open.Holds(line) ? open.Source : LineSource.Engine;
        if (line.Text.StartsWith(Traceback.Head, StringComparison.Ordinal))
            next = next with { Open = Traceback.Begin(line) };
        var source = Source(line, phase, traced);
        if (next.Open is null && source == LineSource.Request)
            next = next with { Open = Traceback.OfMessage(line) };
        var isRefused = phase == CausePhase.Starting
            && (IsUsageError(line) || (next.Open is null && source == LineSource.StartUp && IsMain(line, stage) && Refusal().IsMatch(line.Text)));
        return new Step(next, source, isPart ? line.Text.Trim() : null, isRefused ? SettingSignatures.Refused : null);
    }

    /// <summary>
    /// While an engine serves, the lines of its API server tell how requests ended. A failure that ends the engine ends its core or a worker first.
    /// </summary>
    private static LineSource Source(EngineLine line, CausePhase phase, LineSource traced) =>
        line.IsWarning ? LineSource.Warning
        : traced == LineSource.Request
            || RequestError().IsMatch(line.Text) || (phase == CausePhase.Serving && (line.IsOfApiServer || RequestPlace().IsMatch(line.Place)))
            ? LineSource.Request
        : traced;

    private static bool IsMain(EngineLine line, StartupStage stage) =>
        line.IsOfApiServer || (line.Process.Length == 0 && stage < StartupStage.EngineCoreStarted);

    /// <summary>
    /// "PROG: error: ..." after "usage: PROG ...". Without the usage it proves
    /// nothing, because other programs, such as compilers, print similar lines.
    /// </summary>
    private bool IsUsageError(EngineLine line) =>
        Usage is not null && line.Text.IndexOf(": error: ", StringComparison.Ordinal) is > 0 and var end
        && Usage.StartsWith(line.Text[..end], StringComparison.Ordinal);

    /// <summary>Types of errors with which vLLM and its web framework answer a request.</summary>
    [GeneratedRegex(@"^(?:\w{1,60}\.){0,10}(?:VLLM\w{1,60}Error|(?:Request|Response)ValidationError|BadRequestError|NotFoundError|HTTPException|ClientDisconnect|ToolParserError)\b", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex RequestError();

    /// <summary>Files that log how a request ended, in versions whose API server does not name itself.</summary>
    [GeneratedRegex(@"^(?:serving_\w{1,60}|\w{1,60}_tool_parser|hf)\.py:", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex RequestPlace();

    /// <summary>
    /// Types of errors that refuse settings, files and packages. An OSError with a number belongs
    /// to the host, and so does a RuntimeError. A network that does not answer may answer later.
    /// </summary>
    [GeneratedRegex(@"^(?:\w{1,60}\.){0,10}(?:(?:Value|Type|Key|Attribute|NotImplemented|Assertion|Validation|HFValidation|JSONDecode|Template|GatedRepo|(?:Repository|Revision|Entry|RemoteEntry)NotFound|NotExist|FileNotFound|NotADirectory|Permission|Import|ModuleNotFound)Error\b|OSError: (?!\[Errno|We couldn't connect))", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Refusal();

    [GeneratedRegex(@"\b([1-3]) validation errors? for ", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Counted();

    /// <param name="Source">The source of the line.</param>
    /// <param name="Below">The text that the line adds to the message that began above it.</param>
    /// <param name="Refused">The signature that follows from the line's source, whatever its words are.</param>
    internal sealed record Step(CauseSearch Next, LineSource Source, string? Below, LogSignature? Refused);

    /// <param name="Pattern">Lines that belong to it.</param>
    /// <param name="Left">The number of sentences that still come.</param>
    private sealed record Message(Regex Pattern, string Process, int Left, int Lines)
    {
        /// <summary>pydantic names the field in one line. The next line is indented and says what is wrong with it. Ray indents all lines.</summary>
        public Message? After(EngineLine line, bool isPart, int most)
        {
            if (line.Process != Process)
                return Lines < most ? this with { Lines = Lines + 1 } : null;
            var left = isPart && line.Text.StartsWith("  ", StringComparison.Ordinal) ? Left - 1 : Left;
            var goesOn = isPart || line.Text.Length == 0 || char.IsWhiteSpace(line.Text[0]);
            return goesOn && left > 0 && Lines < most ? this with { Left = left, Lines = Lines + 1 } : null;
        }
    }
}
