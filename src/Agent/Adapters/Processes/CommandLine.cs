namespace Agent.Adapters.Processes;

/// <summary>A program and its arguments. It is never a shell string: no shell interprets text from a log or the name of a model.</summary>
internal sealed record CommandLine(string Program, IReadOnlyList<string> Arguments)
{
    public static CommandLine Of(IReadOnlyList<string> words) => new(words[0], [.. words.Skip(1)]);

    /// <summary>The same with placeholders such as <c>{dir}</c> filled in.</summary>
    public CommandLine With(string placeholder, string value) =>
        this with { Arguments = [.. Arguments.Select(a => a.Replace(placeholder, value, StringComparison.Ordinal))] };

    public override string ToString() => string.Join(' ', Arguments.Prepend(Program).Select(Quote));

    private static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '=' or ',' or '@' or '+')
            ? word
            : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
