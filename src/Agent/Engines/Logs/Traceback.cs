using System.Text.RegularExpressions;
using Agent.Engines.Causes;

namespace Agent.Engines.Logs;

/// <summary>
/// A traceback of one process while it is being printed. Its frames tell where its error comes from. The error of a request
/// passes through the code that routes and answers requests. The error of a configuration passes through the code that builds it.
/// </summary>
/// <param name="Process">The process that prints it.</param>
/// <param name="Source">The source of the error, by the frames so far.</param>
/// <param name="Lines">Lines so far. A traceback that never ends is no traceback.</param>
internal sealed partial record Traceback(string Process, LineSource Source, int Lines)
{
    public const string Head = "Traceback (most recent call last)";

    private const int MostLines = 400;

    /// <summary>The error of a request without frames. The indented lines below it are its message, and the line after them is not.</summary>
    private bool IsMessage { get; init; }

    public static Traceback Begin(EngineLine line) => new(line.Process, LineSource.Engine, 0);

    public static Traceback OfMessage(EngineLine line) => new(line.Process, LineSource.Request, 0) { IsMessage = true };

    public bool Holds(EngineLine line) => !IsMessage || (line.Text.Length > 0 && char.IsWhiteSpace(line.Text[0]));

    /// <returns>Null when the line is its last: the error itself.</returns>
    public Traceback? Next(EngineLine line)
    {
        if (line.Process != Process)
            return Lines < MostLines ? this with { Lines = Lines + 1 } : null;
        if (Lines == MostLines || (line.Text.Length > 0 && !char.IsWhiteSpace(line.Text[0])))
            return null;
        return this with { Lines = Lines + 1, Source = With(line) };
    }

    private LineSource With(EngineLine line)
    {
        if (Source == LineSource.StartUp || !line.Text.Contains("File \"", StringComparison.Ordinal))
            return Source;
        return StartUpFrame().IsMatch(line.Text) ? LineSource.StartUp
            : RequestFrame().IsMatch(line.Text) ? LineSource.Request
            : Source;
    }

    [GeneratedRegex(@"/(?:starlette|fastapi|uvicorn/protocols|renderers|tool_parsers|reasoning|multimodal)/|/entrypoints/(?:openai|anthropic|pooling|serve)/(?!api_server\.py|cli_args\.py)|/entrypoints/\w*(?:chat|serving)\w*\.py|/inputs/\w+\.py|/(?:input_processor|processor)\.py", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex RequestFrame();

    // Functions decide, because workers also pass through the files of the configuration in all their other work.
    [GeneratedRegex(@"/engine/arg_utils\.py|, in "
        + @"(?:create_engine_config|create_model_config|init_app_state|setup_server|validate_api_server_args|validate_parsed_serve_args|from_cli_args|from_engine_args|parse_args|check_and_update_config)$", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex StartUpFrame();
}
